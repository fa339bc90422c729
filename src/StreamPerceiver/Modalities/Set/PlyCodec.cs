using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities.Set;

/// <summary>
/// Decodes PLY files, in text or in binary of either byte order. A point is an element <c>vertex</c>, and a channel is its property of that name. Lists and
/// other elements are passed over; what follows the points is not read.
/// </summary>
internal sealed class PlyCodec(SetSpec spec) : ICodec
{
    private const int NoChannel = -1;

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["application/x-ply", "application/ply", "model/ply", "model/x-ply"];

    /// <summary>Estimates the bytes that decoding takes beside the payload, by its header.</summary>
    /// <exception cref="BadPayloadException">The payload has no such header, or too many points.</exception>
    public static long DecodingBytes(SetSpec spec, ReadOnlySpan<byte> payload) => spec.ElementBytes(PlyHeader.Read(payload).Vertex.Count);

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        ReadOnlySpan<byte> payload = record.Record.Value;
        PlyHeader header = PlyHeader.Read(payload);
        int[] channels = FindChannels(header.Vertex);
        samples.CheckDecodingBytes(spec.ElementBytes(header.Vertex.Count), $"a cloud of {header.Vertex.Count} points");
        var points = new PointCollector(spec);
        ReadOnlySpan<byte> data = payload[header.Length..];
        if (header.IsText) ReadText(data, header, channels, points);
        else ReadBinary(data, header, channels, points);
        samples.Add(spec.Reading(record, points.Elements.Span, points.Dropped));
    }

    // By property: the index of its channel, or none.
    private int[] FindChannels(PlyElement vertex)
    {
        foreach (string channel in spec.Channels)
        {
            int count = vertex.Properties.Count(p => p.Name == channel && p.CountType is null);
            if (count == 1) continue;
            string names = JsonProblem.Shorten(string.Join(", ", vertex.Properties.Where(p => p.CountType is null).Select(p => p.Name)));
            string found = count == 0 ? "is missing" : $"is there {count} times";
            throw new BadPayloadException(RejectionReason.WrongShape, $"channel {channel} {found}, expected one number of that name among {names}");
        }

        return [.. vertex.Properties.Select(p => p.CountType is null ? IndexOf(p.Name) : NoChannel)];

        int IndexOf(string name) => spec.Channels.TakeWhile(c => c != name).Count() is var index && index < spec.Channels.Count ? index : NoChannel;
    }

    private static void ReadText(ReadOnlySpan<byte> data, PlyHeader header, int[] channels, PointCollector points)
    {
        var lines = new NumberLines(data);
        foreach (PlyElement element in header.Before)
            for (long i = 0; i < element.Count && element.Properties.Count > 0; i++)
                if (!lines.Next())
                    throw Cut($"element {element.Name} ends after {i}, expected {element.Count}");
        for (long point = 0; point < header.Vertex.Count; point++)
        {
            if (!lines.Next()) throw Cut($"the file ends after {point} points, expected {header.Vertex.Count}");
            for (int p = 0; p < channels.Length; p++)
            {
                PlyProperty property = header.Vertex.Properties[p];
                double items = property.CountType is null ? 1 : NumberLines.Parse(Word(ref lines, property, point), property.Name, point);
                for (int i = 0; i < items; i++)
                {
                    ReadOnlySpan<byte> word = Word(ref lines, property, point);
                    if (channels[p] != NoChannel) points.Point[channels[p]] = NumberLines.Parse(word, property.Name, point);
                }
            }

            if (!lines.TakeWord().IsEmpty) throw Cut($"point {point} has more numbers than properties");
            points.Add();
        }
    }

    private static ReadOnlySpan<byte> Word(ref NumberLines lines, PlyProperty property, long point)
    {
        ReadOnlySpan<byte> word = lines.TakeWord();
        return word.IsEmpty ? throw Cut($"point {point} ends before its property {property.Name}") : word;
    }

    private static void ReadBinary(ReadOnlySpan<byte> data, PlyHeader header, int[] channels, PointCollector points)
    {
        var cursor = new PlyCursor(data, header.BigEndian);
        foreach (PlyElement element in header.Before) cursor.Skip(element);
        for (long point = 0; point < header.Vertex.Count; point++)
        {
            for (int p = 0; p < channels.Length; p++)
            {
                PlyProperty property = header.Vertex.Properties[p];
                if (channels[p] != NoChannel) points.Point[channels[p]] = cursor.Read(property.Type);
                else cursor.Skip(property);
            }

            points.Add();
        }
    }

    private static BadPayloadException Cut(string message) => new(RejectionReason.Undecodable, message);
}
