using System.Buffers.Binary;
using System.Text;

namespace StreamPerceiver.Mcap;

/// <summary>Collects the bytes of records. Numbers are little-endian; a text is its length in bytes and UTF-8.</summary>
internal sealed class RecordBuffer
{
    private byte[] _bytes = new byte[256];

    /// <summary>Bytes that were collected.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes that were collected.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Forgets all bytes, and keeps the memory.</summary>
    public void Clear() => Length = 0;

    /// <summary>Begins a record. Returns the place that <see cref="End"/> takes.</summary>
    public int Begin(McapOpcode opcode)
    {
        U8((byte)opcode);
        U64(0);
        return Length;
    }

    /// <summary>Ends a record: writes its length in front of its content.</summary>
    public void End(int begin) => BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(begin - sizeof(ulong)), (ulong)(Length - begin));

    /// <summary>Adds a byte.</summary>
    public void U8(byte value) => Take(1)[0] = value;

    /// <summary>Adds a number of 16 bits.</summary>
    public void U16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), value);

    /// <summary>Adds a number of 32 bits.</summary>
    public void U32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    /// <summary>Adds a number of 64 bits.</summary>
    public void U64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    /// <summary>Adds bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Adds a text.</summary>
    public void Text(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        U32((uint)length);
        Encoding.UTF8.GetBytes(text, Take(length));
    }

    /// <summary>Adds texts by name, in the order of the dictionary.</summary>
    public void Texts(IReadOnlyDictionary<string, string> texts)
    {
        int begin = BeginBlock();
        foreach ((string name, string text) in texts)
        {
            Text(name);
            Text(text);
        }

        EndBlock(begin);
    }

    /// <summary>Adds numbers by channel id, in the order of the ids.</summary>
    public void ByChannel(IReadOnlyDictionary<ushort, ulong> numbers)
    {
        int begin = BeginBlock();
        foreach ((ushort channel, ulong number) in numbers.OrderBy(n => n.Key))
        {
            U16(channel);
            U64(number);
        }

        EndBlock(begin);
    }

    /// <summary>Begins a block that has its length in bytes in front of it. Returns the place that <see cref="EndBlock"/> takes.</summary>
    public int BeginBlock()
    {
        U32(0);
        return Length;
    }

    /// <summary>Ends a block: writes its length in front of it.</summary>
    public void EndBlock(int begin) => BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(begin - sizeof(uint)), (uint)(Length - begin));

    private Span<byte> Take(int count)
    {
        if (Length > _bytes.Length - count) Array.Resize(ref _bytes, (int)Math.Min(Math.Max(2L * _bytes.Length, (long)Length + count), Array.MaxLength));
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }
}
