using System.Buffers.Binary;

namespace StreamPerceiver.Mcap;

/// <summary>
/// Reads the records of an MCAP file one after the other, from a stream that need not seek. The records of chunks are read out of the chunks. Every length is
/// checked before memory is taken, and every checksum where there is one.
/// </summary>
public static class McapReader
{
    /// <summary>Reads the records of a file, from its header to its footer.</summary>
    /// <param name="stream">The file, from its first byte on.</param>
    /// <param name="limits">Limits on what is held in memory (default: see <see cref="McapLimits"/>).</param>
    /// <returns>All records but chunks and message indexes, in the order of the file.</returns>
    /// <exception cref="McapException">
    /// The file is no MCAP file, damaged, cut off, or beyond a limit. It is thrown where it is found: the records before it are whole.
    /// </exception>
    public static IEnumerable<McapRecord> ReadRecords(Stream stream, McapLimits? limits = null)
    {
        limits ??= new McapLimits();
        var definitions = new Definitions(limits);
        foreach ((McapRecord record, long offset) in ReadTopLevel(stream, limits, definitions))
        {
            if (record is McapMessageIndex) continue;
            if (record is not McapChunk chunk)
            {
                yield return record;
                continue;
            }

            foreach (McapRecord inner in ReadChunk(chunk, offset, limits, definitions)) yield return inner;
        }
    }

    /// <summary>Reads the records of a file as they stand in it, with their offsets: chunks as a whole, and message indexes.</summary>
    internal static IEnumerable<(McapRecord Record, long Offset)> ReadTopLevel(Stream stream, McapLimits limits, Definitions definitions)
    {
        var input = new RecordInput(stream, limits);
        input.ReadMagic();
        bool isFirst = true;
        while (true)
        {
            (McapOpcode opcode, ReadOnlyMemory<byte> content, long offset) = input.Read();
            if (isFirst && opcode != McapOpcode.Header) throw new McapException($"byte {offset}: found the record {opcode}, expected the header");
            isFirst = false;
            McapRecord record = RecordDecoder.Decode(opcode, content, offset);
            Check(record, offset, input);
            definitions.Check(record, offset);
            yield return (record, offset);
            if (record is not McapFooter) continue;
            input.ReadMagic();
            yield break;
        }
    }

    /// <summary>Reads the records in a chunk.</summary>
    private static IEnumerable<McapRecord> ReadChunk(McapChunk chunk, long offset, McapLimits limits, Definitions definitions)
    {
        ReadOnlyMemory<byte> records = ChunkCompression.Decompress(chunk, offset, limits.ChunkBytes);
        for (int at = 0; at < records.Length;)
        {
            (McapRecord record, int bytes) = ReadInChunk(records, at, offset, limits);
            definitions.Check(record, offset);
            at += bytes;
            yield return record;
        }
    }

    /// <summary>Reads the record at a place of a chunk's uncompressed records. Returns it with its bytes.</summary>
    internal static (McapRecord Record, int Bytes) ReadInChunk(ReadOnlyMemory<byte> records, int at, long chunkOffset, McapLimits limits)
    {
        ReadOnlySpan<byte> prefix = records.Span[at..];
        if (prefix.Length < McapFormat.PrefixBytes)
            throw new McapException($"chunk at byte {chunkOffset}: {prefix.Length} bytes are left at byte {at} of its records, expected a record");
        var opcode = (McapOpcode)prefix[0];
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix[1..]);
        int left = prefix.Length - McapFormat.PrefixBytes;
        if (length > (ulong)left)
            throw new McapException($"chunk at byte {chunkOffset}: the record {opcode} at byte {at} of its records states {length} bytes, and {left} are left");

        long most = limits.MostBytes(opcode);
        if (length > (ulong)most)
            throw new McapException($"chunk at byte {chunkOffset}: the record {opcode} in it has {length} bytes, expected at most {most}");
        if (opcode is McapOpcode.Header or McapOpcode.Footer or McapOpcode.Chunk or McapOpcode.DataEnd)
            throw new McapException($"chunk at byte {chunkOffset}: found the record {opcode} in it, expected schemas, channels and messages");
        return (RecordDecoder.Decode(opcode, records.Slice(at + McapFormat.PrefixBytes, (int)length), chunkOffset), McapFormat.PrefixBytes + (int)length);
    }

    /// <summary>Checks the checksum of what a record ends: of the data section, or of the summary.</summary>
    internal static void Check(McapRecord record, long offset, RecordInput input)
    {
        switch (record)
        {
            case McapDataEnd end:
                RequireCrc("the data section", end.DataSectionCrc, input.CrcBeforeRecord, offset);
                input.RestartCrc();
                break;
            case McapFooter footer:
                CheckSummary(footer, input, offset);
                break;
        }
    }

    /// <summary>Checks the checksum of the summary, once the footer was read. It covers the footer up to itself.</summary>
    internal static void CheckSummary(McapFooter footer, RecordInput input, long offset)
    {
        Span<byte> covered = stackalloc byte[McapFormat.FooterBytesBeforeCrc];
        covered[0] = (byte)McapOpcode.Footer;
        BinaryPrimitives.WriteUInt64LittleEndian(covered[1..], McapFormat.FooterBytes - McapFormat.PrefixBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(covered[McapFormat.PrefixBytes..], footer.SummaryStart);
        BinaryPrimitives.WriteUInt64LittleEndian(covered[(McapFormat.PrefixBytes + sizeof(ulong))..], footer.SummaryOffsetStart);
        RequireCrc("the summary", footer.SummaryCrc, input.ContinueCrc(covered), offset);
    }

    /// <summary>Checks a checksum; 0 was not computed.</summary>
    internal static void RequireCrc(string what, uint stated, uint found, long offset)
    {
        if (stated != 0 && stated != found) throw new McapException($"byte {offset}: {what} has the checksum {found:x8}, expected {stated:x8}");
    }
}
