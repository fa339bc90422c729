using System.Buffers.Binary;
using System.Text;

namespace StreamPerceiver.Mcap;

/// <summary>Reads the fields of a record. No field reaches beyond its record.</summary>
/// <param name="content">The content of the record.</param>
/// <param name="opcode">The kind of the record, for messages.</param>
/// <param name="offset">Offset of the record, for messages.</param>
internal ref struct FieldReader(ReadOnlyMemory<byte> content, McapOpcode opcode, long offset)
{
    private readonly ReadOnlyMemory<byte> _content = content;
    private int _at;

    /// <summary>Bytes that were read.</summary>
    public readonly int Position => _at;

    /// <summary>Reads a byte.</summary>
    public byte U8(string field) => Take(1, field)[0];

    /// <summary>Reads a number of 16 bits.</summary>
    public ushort U16(string field) => BinaryPrimitives.ReadUInt16LittleEndian(Take(2, field));

    /// <summary>Reads a number of 32 bits.</summary>
    public uint U32(string field) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, field));

    /// <summary>Reads a number of 64 bits.</summary>
    public ulong U64(string field) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, field));

    /// <summary>Reads a text.</summary>
    public string Text(string field)
    {
        uint length = U32(field);
        return Encoding.UTF8.GetString(Take(length, field));
    }

    /// <summary>Reads bytes that have their length in 32 bits before them.</summary>
    public ReadOnlyMemory<byte> Bytes32(string field) => Slice(U32(field), field);

    /// <summary>Reads bytes that have their length in 64 bits before them.</summary>
    public ReadOnlyMemory<byte> Bytes64(string field) => Slice(U64(field), field);

    /// <summary>Reads those of the bytes that are there, after their length in 64 bits.</summary>
    public ReadOnlyMemory<byte> BytesThatAreThere(string field) => Slice(Math.Min(U64(field), (ulong)(_content.Length - _at)), field);

    /// <summary>Reads all that is left.</summary>
    public ReadOnlyMemory<byte> Rest() => Slice((ulong)(_content.Length - _at), "data");

    /// <summary>Reads texts by name. Of a name that comes twice the last text is taken.</summary>
    public Dictionary<string, string> Texts(string field)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int end = BlockEnd(field); _at < end;)
        {
            string name = Text(field);
            texts[name] = Text(field);
            RequireEnd(end, field);
        }

        return texts;
    }

    /// <summary>Reads numbers by channel id.</summary>
    public Dictionary<ushort, ulong> ByChannel(string field)
    {
        var numbers = new Dictionary<ushort, ulong>();
        for (int end = BlockEnd(field); _at < end;)
        {
            ushort channel = U16(field);
            numbers[channel] = U64(field);
            RequireEnd(end, field);
        }

        return numbers;
    }

    /// <summary>Reads pairs of a time and an offset.</summary>
    public List<(ulong LogTime, ulong Offset)> Pairs(string field)
    {
        int end = BlockEnd(field);
        var pairs = new List<(ulong, ulong)>((end - _at) / (2 * sizeof(ulong)));
        while (_at < end)
        {
            ulong time = U64(field);
            pairs.Add((time, U64(field)));
            RequireEnd(end, field);
        }

        return pairs;
    }

    private int BlockEnd(string field)
    {
        uint length = U32(field);
        RequireRoom(length, field);
        return _at + (int)length;
    }

    private readonly void RequireEnd(int end, string field)
    {
        if (_at > end) throw Wrong($"{field} goes {_at - end} bytes beyond its own length");
    }

    private ReadOnlySpan<byte> Take(uint length, string field) => Slice(length, field).Span;

    private ReadOnlyMemory<byte> Slice(ulong length, string field)
    {
        RequireRoom(length, field);
        _at += (int)length;
        return _content.Slice(_at - (int)length, (int)length);
    }

    private readonly void RequireRoom(ulong length, string field)
    {
        if (length > (ulong)(_content.Length - _at)) throw Wrong($"{field} takes {length} bytes, and {_content.Length - _at} are left in the record");
    }

    private readonly McapException Wrong(string problem) => new($"record {opcode} at byte {offset}: {problem}");
}
