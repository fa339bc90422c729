using System.Text;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Recordings.Ros.Payloads;

/// <summary>Point clouds, as PCD with all their fields. A point with NaN stays: the worker drops and counts it.</summary>
internal sealed class PointClouds : IRosPayloads
{
    // The numbers of sensor_msgs/PointField, from 1.
    private static readonly RosKind[] Kinds =
        [RosKind.Int8, RosKind.UInt8, RosKind.Int16, RosKind.UInt16, RosKind.Int32, RosKind.UInt32, RosKind.Float32, RosKind.Float64];

    private readonly RosPath _height, _width, _fields, _isBigEndian, _pointStep, _rowStep, _data, _name, _offset, _type, _count;

    public PointClouds(RosMessageType type)
    {
        (_height, _width) = (Require.Whole(type, "height"), Require.Whole(type, "width"));
        (_pointStep, _rowStep) = (Require.Whole(type, "point_step"), Require.Whole(type, "row_step"));
        (_isBigEndian, _data, _fields) = (Require.Number(type, "is_bigendian"), Require.Bytes(type, "data"), Require.Messages(type, "fields"));
        RosMessageType field = _fields.Field.Type!;
        (_name, _offset) = (Require.Text(field, "name"), Require.Whole(field, "offset"));
        (_type, _count) = (Require.Whole(field, "datatype"), Require.Whole(field, "count"));
    }

    /// <inheritdoc/>
    public RosPayload Convert(RosMessage message)
    {
        long height = Require.Count(_height, message), width = Require.Count(_width, message);
        long pointStep = Require.Count(_pointStep, message), rowStep = Require.Count(_rowStep, message);
        if (height == 1) rowStep = width * pointStep; // many drivers leave it 0 then
        (string Name, RosKind Kind, long Count, int Offset)[] fields = ReadFields(message, pointStep);
        ReadOnlySpan<byte> data = _data.Read<RosNumbers>(message).Bytes.Span;
        bool isThere = width == 0 || height == 0 || (rowStep >= (Int128)width * pointStep && (height - 1) * (Int128)rowStep + width * pointStep <= data.Length);
        if (!isThere)
        {
            throw new RosException(
                $"{height} rows of {width} points of {pointStep} bytes, a row every {rowStep}, do not fit the {data.Length} bytes of data");
        }

        bool isReversed = System.Convert.ToDouble(_isBigEndian.Read<object>(message), null) != 0;
        var points = new byte[height * width * fields.Sum(f => f.Count * f.Kind.Bytes())];
        int at = 0;
        for (long y = 0; y < height; y++)
        {
            for (long x = 0; x < width; x++)
            {
                ReadOnlySpan<byte> point = data.Slice((int)(y * rowStep + x * pointStep), (int)pointStep);
                foreach ((_, RosKind kind, long count, int offset) in fields)
                {
                    int size = kind.Bytes(), bytes = (int)count * size;
                    Span<byte> to = points.AsSpan(at, bytes);
                    point.Slice(offset, bytes).CopyTo(to);
                    for (int i = 0; isReversed && i < bytes; i += size) to.Slice(i, size).Reverse();
                    at += bytes;
                }
            }
        }

        return new RosPayload(PcdFile.Write([.. fields.Select(f => (f.Name, f.Kind, f.Count))], width, height, points), PcdFile.ContentType);
    }

    private (string Name, RosKind Kind, long Count, int Offset)[] ReadFields(RosMessage message, long pointStep)
    {
        List<(string Name, RosKind Kind, long Count, int Offset)> fields = [];
        long bytes = 0;
        foreach (RosMessage field in _fields.Read<object[]>(message).Cast<RosMessage>())
        {
            string name = _name.Read<RosText>(field).Decode();
            long type = Require.Count(_type, field), count = Math.Max(1, Require.Count(_count, field)), offset = Require.Count(_offset, field);
            if (name.Length == 0 || name.EnumerateRunes().Any(c => Rune.IsWhiteSpace(c) || Rune.IsControl(c)) || fields.Any(f => f.Name == name))
                throw new RosException($"a field of the points has the name '{JsonProblem.Shorten(name)}', expected a word of its own");
            if (type < 1 || type > Kinds.Length)
                throw new RosException($"field {JsonProblem.Shorten(name)} has the datatype {type}, expected 1 to {Kinds.Length}");
            RosKind kind = Kinds[type - 1];
            long own = count * kind.Bytes();
            bytes += own;
            if (offset + own > pointStep || bytes > pointStep)
                throw new RosException($"field {JsonProblem.Shorten(name)} of {own} bytes at {offset} does not fit a point of {pointStep} bytes");
            fields.Add((name, kind, count, (int)offset));
        }

        return fields.Count > 0 ? [.. fields] : throw new RosException("the points have no fields, expected x, y and z");
    }
}
