namespace StreamPerceiver.Mcap;

/// <summary>
/// Reads an MCAP file through its summary: a range of times, or some channels, without the rest. The file must have a summary with chunk indexes; where it has
/// none, <see cref="McapReader"/> reads it from its beginning, and a recovery writes it anew.
/// </summary>
public sealed class McapFile
{
    private readonly Stream _stream;
    private readonly McapLimits _limits;
    private readonly Definitions _definitions;

    private McapFile(Stream stream, McapLimits limits, McapHeader header, McapFooter footer)
    {
        (_stream, _limits, _definitions, Header, Footer) = (stream, limits, new Definitions(limits), header, footer);
        Summary = footer.SummaryStart == 0 ? [] : ReadSummary(new RecordInput(stream, limits, (long)footer.SummaryStart));
        foreach (McapSchema schema in Summary.OfType<McapSchema>()) Schemas[schema.Id] = schema;
        foreach (McapChannel channel in Summary.OfType<McapChannel>()) Channels[channel.Id] = channel;
    }

    /// <summary>The header.</summary>
    public McapHeader Header { get; }

    /// <summary>The footer.</summary>
    public McapFooter Footer { get; }

    /// <summary>The records of the summary, with its offsets, in the order of the file. Unknown kinds are left out.</summary>
    public IReadOnlyList<McapRecord> Summary { get; }

    /// <summary>The schemas by id.</summary>
    public Dictionary<ushort, McapSchema> Schemas { get; } = [];

    /// <summary>The channels by id.</summary>
    public Dictionary<ushort, McapChannel> Channels { get; } = [];

    /// <summary>Counts and times; null where the summary has none.</summary>
    public McapStatistics? Statistics => Summary.OfType<McapStatistics>().FirstOrDefault();

    /// <summary>Reads the header, the footer and the summary of a file.</summary>
    /// <param name="stream">The file; it must seek. The caller disposes it.</param>
    /// <param name="limits">Limits on what is held in memory (default: see <see cref="McapLimits"/>).</param>
    /// <exception cref="McapException">The file is no MCAP file, cut off, without a summary, damaged, or beyond a limit.</exception>
    public static McapFile Open(Stream stream, McapLimits? limits = null)
    {
        limits ??= new McapLimits();
        long footerStart = stream.Length - McapFormat.Magic.Length - McapFormat.FooterBytes;
        stream.Position = 0;
        var input = new RecordInput(stream, limits);
        input.ReadMagic();
        var header = Read<McapHeader>(input);
        if (footerStart < input.Position) throw new McapException($"the file has {stream.Length} bytes, and no footer");
        stream.Position = footerStart;
        var end = new RecordInput(stream, limits, footerStart);
        McapFooter footer;
        try
        {
            footer = Read<McapFooter>(end);
            end.ReadMagic();
        }
        catch (McapException e)
        {
            throw new McapException($"byte {footerStart}: found no footer at the end of the file, expected one: {e.Message}", e);
        }

        ulong least = (ulong)Math.Max(0, footerStart - limits.SummaryBytes);
        if (footer.SummaryStart != 0 && (footer.SummaryStart > (ulong)footerStart || footer.SummaryStart < least))
        {
            throw new McapException(
                $"the footer has the summary at byte {footer.SummaryStart}, expected at most {limits.SummaryBytes} bytes before {footerStart}");
        }

        return new McapFile(stream, limits, header, footer);
    }

    /// <summary>Reads messages in the order of their log times; of equal times, in the order of the file.</summary>
    /// <param name="from">The least log time (default: the first).</param>
    /// <param name="until">The log time before which messages are read (default: all).</param>
    /// <param name="channels">The channels to read (default: all).</param>
    /// <exception cref="McapException">The summary has no places of chunks, or a chunk is damaged or beyond a limit.</exception>
    public IEnumerable<McapMessage> ReadMessages(ulong from = 0, ulong until = ulong.MaxValue, IReadOnlySet<ushort>? channels = null)
    {
        RequireIndexes();
        McapChunkIndex[] chunks =
        [
            .. Summary.OfType<McapChunkIndex>()
                .Where(c => c.EndTime >= from && c.StartTime < until)
                .Where(c => channels is null || c.MessageIndexOffsets.Count == 0 || c.MessageIndexOffsets.Keys.Any(channels.Contains))
                .OrderBy(c => c.StartTime).ThenBy(c => c.ChunkStart),
        ];

        // A chunk is opened when no earlier message can come from another one.
        var open = new PriorityQueue<ChunkCursor, (ulong LogTime, ulong Chunk)>();
        long openBytes = 0;
        for (int next = 0; next < chunks.Length || open.Count > 0;)
        {
            while (next < chunks.Length && (!open.TryPeek(out _, out var first) || chunks[next].StartTime <= first.LogTime))
            {
                ChunkCursor opened = OpenChunk(
                    chunks[next++], m => m.LogTime >= from && m.LogTime < until && channels?.Contains(m.ChannelId) != false);
                openBytes += opened.Bytes;
                if (openBytes > _limits.OpenChunkBytes)
                    throw new McapException($"chunks with {openBytes} bytes overlap in time, expected at most {_limits.OpenChunkBytes}");
                Put(opened);
            }

            if (!open.TryDequeue(out ChunkCursor? cursor, out _)) continue;
            yield return cursor.Take();
            Put(cursor);
        }

        void Put(ChunkCursor cursor)
        {
            if (cursor.NextTime is { } time) open.Enqueue(cursor, (time, cursor.Offset));
            else openBytes -= cursor.Bytes;
        }
    }

    /// <summary>Reads an attachment at its place.</summary>
    /// <exception cref="McapException">There is none, or it is damaged or beyond a limit.</exception>
    public McapAttachment ReadAttachment(McapAttachmentIndex index)
    {
        (McapOpcode opcode, ReadOnlyMemory<byte> content, long offset) = ReadAt(index.Offset);
        return RecordDecoder.Decode(opcode, content, offset) as McapAttachment ?? throw Unexpected(opcode, offset, McapOpcode.Attachment);
    }

    /// <summary>Reads a metadata record at its place.</summary>
    /// <exception cref="McapException">There is none, or it is damaged or beyond a limit.</exception>
    public McapMetadata ReadMetadata(McapMetadataIndex index)
    {
        (McapOpcode opcode, ReadOnlyMemory<byte> content, long offset) = ReadAt(index.Offset);
        return RecordDecoder.Decode(opcode, content, offset) as McapMetadata ?? throw Unexpected(opcode, offset, McapOpcode.Metadata);
    }

    private ChunkCursor OpenChunk(McapChunkIndex index, Predicate<McapMessage> isWanted)
    {
        (McapOpcode opcode, ReadOnlyMemory<byte> content, long offset) = ReadAt(index.ChunkStart);
        if (RecordDecoder.Decode(opcode, content, offset) is not McapChunk chunk) throw Unexpected(opcode, offset, McapOpcode.Chunk);
        return new ChunkCursor(chunk, offset, _limits, _definitions, isWanted);
    }

    private (McapOpcode Opcode, ReadOnlyMemory<byte> Content, long Offset) ReadAt(ulong offset)
    {
        if (offset >= (ulong)_stream.Length) throw new McapException($"the summary has a record at byte {offset}, and the file has {_stream.Length} bytes");
        _stream.Position = (long)offset;
        return new RecordInput(_stream, _limits, (long)offset).Read();
    }

    private void RequireIndexes()
    {
        if (Summary.OfType<McapChunkIndex>().Any() || Statistics is { MessageCount: 0 }) return;
        throw new McapException("the summary has no places of chunks, so messages can only be read from the beginning of the file");
    }

    private List<McapRecord> ReadSummary(RecordInput input)
    {
        _stream.Position = input.Position;
        List<McapRecord> records = [];
        while (true)
        {
            (McapOpcode opcode, ReadOnlyMemory<byte> content, long offset) = input.Read();
            McapRecord record = RecordDecoder.Decode(opcode, content, offset);
            if (record is McapFooter)
            {
                McapReader.CheckSummary(Footer, input, offset);
                return records;
            }

            _definitions.Check(record, offset);
            if (record is not McapUnknown) records.Add(record);
        }
    }

    private static T Read<T>(RecordInput input) where T : McapRecord
    {
        (McapOpcode opcode, ReadOnlyMemory<byte> content, long offset) = input.Read();
        return RecordDecoder.Decode(opcode, content, offset) as T
            ?? throw new McapException($"byte {offset}: found the record {opcode}, expected the {typeof(T).Name}");
    }

    private static McapException Unexpected(McapOpcode found, long offset, McapOpcode expected)
        => new($"byte {offset}: found the record {found}, expected {expected}, by the summary");
}
