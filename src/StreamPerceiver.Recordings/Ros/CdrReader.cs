using System.Buffers.Binary;

namespace StreamPerceiver.Recordings.Ros;

/// <summary>
/// Reads messages in CDR by their type. Every length that a payload states is checked before memory is taken: no array has more values than bytes are left for,
/// and no message has more than a million texts, messages and single numbers. Arrays of numbers are not copied.
/// </summary>
internal sealed class CdrReader
{
    private const int MostValues = 1 << 20, MostPadding = 7;

    private readonly ReadOnlyMemory<byte> _body;
    private readonly CdrHeader _header;
    private int _at, _values;

    private CdrReader(ReadOnlyMemory<byte> payload)
    {
        _header = CdrHeader.Read(payload.Span);
        _body = payload[CdrHeader.Length..];
    }

    private int Left => _body.Length - _at;

    /// <summary>Reads a message of a type from its payload.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="payload">The payload, from its header on.</param>
    /// <exception cref="RosException">The payload is no message of this type, beyond a limit, or in an encoding that is not supported.</exception>
    public static RosMessage Read(RosMessageType type, ReadOnlyMemory<byte> payload)
    {
        var reader = new CdrReader(payload);
        RosMessage message = reader.ReadMessage(type);
        return reader.Left <= MostPadding
            ? message
            : throw new RosException($"{reader.Left} bytes are left behind the message, expected a payload of the type {type.Name}");
    }

    private RosMessage ReadMessage(RosMessageType type)
    {
        var values = new object[type.Fields.Count];
        if (values.Length == 0) Take(1); // a message without fields has a byte
        for (int i = 0; i < values.Length; i++)
        {
            RosField field = type.Fields[i];
            values[i] = field.Array is { } array ? ReadArray(field, array) : ReadValue(field);
        }

        return new RosMessage(type, values);
    }

    private object ReadArray(RosField field, RosArray array)
    {
        bool isNumbers = field.Kind.IsNumber();
        int? end = _header.IsVersion2 && !isNumbers ? ReadEnd(field) : null;
        uint count = array.IsFixed ? array.Length : ReadUInt32();
        if (count > array.Length) throw Bad($"field {field.Name} has {count} values, expected at most {array.Length}");
        if (count * field.LeastItemBytes > Left)
            throw Bad($"field {field.Name} has {count} values of at least {field.LeastItemBytes} bytes, and {Left} bytes are left");
        if (isNumbers)
        {
            int size = field.Kind.Bytes();
            if (count > 0) Align(size);
            if (count * size > Left) throw Bad($"field {field.Name} has {count} values of {size} bytes, and {Left} bytes are left");
            return new RosNumbers(field.Kind, Take((int)count * size), _header.IsBigEndian);
        }

        Count(count);
        var values = new object[count];
        for (int i = 0; i < values.Length; i++) values[i] = ReadValue(field);
        return end is not { } expected || expected == _at ? values : throw Bad($"field {field.Name} ends here, and states byte {CdrHeader.Length + expected}");
    }

    private object ReadValue(RosField field)
    {
        Count(1);
        switch (field.Kind)
        {
            case RosKind.Message:
                return ReadMessage(field.Type!);
            case RosKind.String:
                return ReadText(field);
            case RosKind.WString:
                throw new RosException($"field {field.Name} is a wstring, which each DDS implementation writes in its own way; expected other fields");
            default:
                int size = field.Kind.Bytes();
                Align(size);
                return RosNumbers.Read(Take(size).Span, field.Kind, _header.IsBigEndian);
        }
    }

    // The length includes the zero at the end. A few implementations write an empty text without it.
    private RosText ReadText(RosField field)
    {
        uint length = ReadUInt32();
        if (length > Left) throw Bad($"the text {field.Name} has {length} bytes, and {Left} are left");
        ReadOnlyMemory<byte> text = Take((int)length);
        if (length > 0 && text.Span[^1] != 0) throw Bad($"the text {field.Name} has no zero at its end");
        text = length > 0 ? text[..^1] : text;
        return text.Length <= field.MostTextBytes
            ? new RosText(text)
            : throw Bad($"the text {field.Name} has {text.Length} bytes, expected at most {field.MostTextBytes}");
    }

    private int ReadEnd(RosField field)
    {
        uint bytes = ReadUInt32();
        return bytes <= Left ? _at + (int)bytes : throw Bad($"field {field.Name} has {bytes} bytes, and {Left} are left");
    }

    private uint ReadUInt32()
    {
        Align(sizeof(uint));
        ReadOnlySpan<byte> bytes = Take(sizeof(uint)).Span;
        return _header.IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    // Counted from behind the header.
    private void Align(int size)
    {
        int alignment = _header.IsVersion2 ? Math.Min(size, 4) : size;
        int padding = -_at & (alignment - 1);
        if (padding > 0) Take(padding);
    }

    private ReadOnlyMemory<byte> Take(int bytes)
    {
        if (bytes > Left) throw Bad($"the payload ends, expected {bytes} bytes more");
        ReadOnlyMemory<byte> taken = _body.Slice(_at, bytes);
        _at += bytes;
        return taken;
    }

    private void Count(long values)
    {
        _values += (int)Math.Min(values, MostValues + 1);
        if (_values > MostValues) throw new RosException($"the message has more than {MostValues} texts, messages and single numbers, expected at most that");
    }

    private RosException Bad(string problem) => new($"byte {CdrHeader.Length + _at} of the payload: {problem}");
}
