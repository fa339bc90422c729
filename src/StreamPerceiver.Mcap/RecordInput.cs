using System.Buffers.Binary;
using System.IO.Hashing;

namespace StreamPerceiver.Mcap;

/// <summary>A record as it stands in a file.</summary>
/// <param name="Opcode">Its kind.</param>
/// <param name="Content">Its content, as far as the file has it.</param>
/// <param name="Offset">Offset of its first byte.</param>
/// <param name="StatedBytes">Bytes of content that it states.</param>
internal readonly record struct RecordFrame(McapOpcode Opcode, ReadOnlyMemory<byte> Content, long Offset, int StatedBytes)
{
    /// <summary>Whether the file has all of its content.</summary>
    public bool IsWhole => Content.Length == StatedBytes;

    /// <summary>Makes the exception for a record whose content is not all there.</summary>
    public McapException CutOff()
        => new($"the file ends at byte {Offset + McapFormat.PrefixBytes + Content.Length}, in the record {Opcode} of {StatedBytes} bytes at byte {Offset}")
        {
            IsCutOff = true,
        };
}

/// <summary>Reads records one after the other from a stream that need not seek.</summary>
/// <param name="stream">The stream.</param>
/// <param name="limits">Limits on what is held in memory.</param>
/// <param name="position">Offset of the stream's next byte in the file (default: 0).</param>
internal sealed class RecordInput(Stream stream, McapLimits limits, long position = 0)
{
    // Memory for a record grows with what is really there, from this size on. Only the last record of a file can state more than there is.
    private const int FirstBytes = 16 << 20;

    private readonly Crc32 _crc = new();
    private Crc32 _beforeRecord = new();
    private readonly byte[] _prefix = new byte[McapFormat.PrefixBytes];

    /// <summary>Offset of the next byte.</summary>
    public long Position { get; private set; } = position;

    /// <summary>CRC-32 of all bytes before the last record, from the beginning or the last <see cref="RestartCrc"/>.</summary>
    public uint CrcBeforeRecord => _beforeRecord.GetCurrentHashAsUInt32();

    /// <summary>Begins a new checksum with the next byte.</summary>
    public void RestartCrc() => _crc.Reset();

    /// <summary>Computes the checksum of all bytes before the last record, followed by others.</summary>
    public uint ContinueCrc(ReadOnlySpan<byte> others)
    {
        Crc32 crc = _beforeRecord.Clone();
        crc.Append(others);
        return crc.GetCurrentHashAsUInt32();
    }

    /// <summary>Reads the magic bytes.</summary>
    /// <exception cref="McapException">They are others.</exception>
    public void ReadMagic()
    {
        long offset = Position;
        byte[] found = new byte[McapFormat.Magic.Length];
        int length = Fill(found);
        if (length < found.Length) throw CutOff($"the file ends at byte {Position}, expected the magic bytes {Convert.ToHexString(McapFormat.Magic)}");
        if (!McapFormat.Magic.SequenceEqual(found))
            throw new McapException($"byte {offset}: found {Convert.ToHexString(found)}, expected the magic bytes {Convert.ToHexString(McapFormat.Magic)}");
    }

    /// <summary>Reads the next record.</summary>
    /// <exception cref="McapException">The file ends, or the record is too large.</exception>
    public (McapOpcode Opcode, ReadOnlyMemory<byte> Content, long Offset) Read()
    {
        RecordFrame frame = ReadFrame();
        return frame.IsWhole ? (frame.Opcode, frame.Content, frame.Offset) : throw frame.CutOff();
    }

    /// <summary>Reads the next record, or what the file has of it.</summary>
    /// <exception cref="McapException">The file ends before the content of the record, or the record is too large.</exception>
    public RecordFrame ReadFrame()
    {
        long offset = Position;
        _beforeRecord = _crc.Clone();
        int length = Fill(_prefix);
        if (length == 0) throw CutOff($"the file ends at byte {offset} without a footer");
        if (length < _prefix.Length) throw CutOff($"the file ends at byte {Position}, in a record that begins at byte {offset}");
        var opcode = (McapOpcode)_prefix[0];
        ulong stated = BinaryPrimitives.ReadUInt64LittleEndian(_prefix.AsSpan(1));
        if (opcode == 0) throw new McapException($"byte {offset}: found a record of the kind 0, expected 1 or more");
        long most = Math.Min(limits.MostBytes(opcode), Array.MaxLength);
        if (stated > (ulong)most) throw new McapException($"record {opcode} at byte {offset}: it states {stated} bytes, expected at most {most}");
        return new RecordFrame(opcode, ReadContent((int)stated), offset, (int)stated);
    }

    private ReadOnlyMemory<byte> ReadContent(int size)
    {
        byte[] content = new byte[Math.Min(size, FirstBytes)];
        int length = 0;
        while (true)
        {
            length += Fill(content.AsSpan(length));
            if (length == size || length < content.Length) return content.AsMemory(0, length);
            Array.Resize(ref content, (int)Math.Min(2L * content.Length, size));
        }
    }

    private int Fill(Span<byte> target)
    {
        int length = stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        Position += length;
        _crc.Append(target[..length]);
        return length;
    }

    private static McapException CutOff(string message) => new(message) { IsCutOff = true };
}
