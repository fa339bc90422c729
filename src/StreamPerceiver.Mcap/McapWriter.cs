namespace StreamPerceiver.Mcap;

/// <summary>
/// Writes an MCAP file (https://mcap.dev/spec) from its first byte to its last; the stream need not seek. Not safe for several threads. A file that was not
/// ended by <see cref="Dispose"/> has no summary; a reader of streams reads it, and so does a recovery.
/// </summary>
public sealed class McapWriter : IDisposable
{
    private readonly McapWriterOptions _options;
    private readonly HashedOutput _output;
    private readonly RecordEncoder _encoder;
    private readonly RecordBuffer _buffer = new();
    private readonly ChunkBuilder _chunk = new();
    private readonly SummaryBuilder _summary = new();
    private bool _hasEnded;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">The stream to write to, which the caller disposes.</param>
    /// <param name="options">What the file has (default: chunks with all indexes, and a summary).</param>
    public McapWriter(Stream stream, McapWriterOptions? options = null)
    {
        _options = options ?? new McapWriterOptions();
        _output = new HashedOutput(stream);
        _encoder = new RecordEncoder(_options.Trailing);
        _output.Write(McapFormat.Magic);
        Write(new McapHeader(_options.Profile, _options.Library));
    }

    /// <summary>Bytes of the file so far, without those of the open chunk.</summary>
    public long Position => (long)_output.Position;

    /// <summary>Bytes of the records in the open chunk, before compression.</summary>
    public int OpenChunkBytes => _chunk.Bytes;

    private bool HasChunks => _options.ChunkBytes > 0;

    /// <summary>Adds a schema. Its channels come after it.</summary>
    /// <exception cref="ArgumentException">The id is 0, or has another schema.</exception>
    public void Add(McapSchema schema)
    {
        if (_summary.Add(schema)) AddDefinition(schema);
    }

    /// <summary>Adds a channel. Its schema comes before it, and its messages after it.</summary>
    /// <exception cref="ArgumentException">The id has another channel, or the schema is not there.</exception>
    public void Add(McapChannel channel)
    {
        if (_summary.Add(channel)) AddDefinition(channel);
    }

    /// <summary>Adds a message.</summary>
    /// <exception cref="ArgumentException">The channel is not there.</exception>
    public void Add(McapMessage message)
    {
        _summary.Count(message);
        if (!HasChunks)
        {
            Write(message);
            return;
        }

        _chunk.Add(message, _encoder);
        if (_chunk.Bytes >= _options.ChunkBytes) CloseChunk();
    }

    /// <summary>Adds an attachment.</summary>
    public void Add(McapAttachment attachment)
    {
        (ulong offset, ulong length) = Write(attachment);
        _summary.Add(new McapAttachmentIndex(
            offset, length, attachment.LogTime, attachment.CreateTime, (ulong)attachment.Data.Length, attachment.Name, attachment.MediaType));
    }

    /// <summary>Adds texts by name.</summary>
    public void Add(McapMetadata metadata)
    {
        (ulong offset, ulong length) = Write(metadata);
        _summary.Add(new McapMetadataIndex(offset, length, metadata.Name));
    }

    /// <summary>Writes the open chunk, if it has records. All messages so far are then in the stream.</summary>
    public void CloseChunk()
    {
        if (_chunk.Bytes == 0) return;
        (McapChunk chunk, IReadOnlyList<McapMessageIndex> indexes) = _chunk.Take(_options.Compression);
        (ulong start, ulong length) = Write(chunk);
        ulong indexStart = _output.Position;
        var places = new Dictionary<ushort, ulong>();
        foreach (McapMessageIndex index in _options.MessageIndexes ? indexes : []) places.Add(index.ChannelId, Write(index).Offset);
        _summary.Add(new McapChunkIndex(
            chunk.StartTime, chunk.EndTime, start, length, places, _output.Position - indexStart, chunk.Compression, (ulong)chunk.Records.Length,
            chunk.UncompressedSize));
        _chunk.Clear();
    }

    /// <summary>Ends the file: writes the open chunk, the summary and the footer. Nothing can be added after it.</summary>
    public void Dispose()
    {
        if (_hasEnded) return;
        _hasEnded = true;
        CloseChunk();
        Write(new McapDataEnd(_output.Crc));
        _output.RestartCrc();
        ulong start = _output.Position;
        List<McapSummaryOffset> groups = [];
        foreach (IReadOnlyList<McapRecord> group in _summary.Groups(_options.Summary))
        {
            ulong groupStart = _output.Position;
            foreach (McapRecord record in group) Write(record);
            groups.Add(new McapSummaryOffset(group[0].Opcode, groupStart, _output.Position - groupStart));
        }

        ulong offsetStart = _output.Position;
        bool hasOffsets = _options.Summary.HasFlag(McapSummaryParts.Offsets) && groups.Count > 0;
        if (hasOffsets)
            foreach (McapSummaryOffset offset in groups)
                Write(offset);
        WriteFooter(groups.Count > 0 ? start : 0, hasOffsets ? offsetStart : 0);
        _output.Write(McapFormat.Magic);
        _output.Flush();
    }

    // The footer's checksum covers the footer up to itself.
    private void WriteFooter(ulong summaryStart, ulong offsetStart)
    {
        _buffer.Clear();
        _encoder.Append(new McapFooter(summaryStart, offsetStart, 0), _buffer);
        _output.Write(_buffer.Written.Span[..McapFormat.FooterBytesBeforeCrc]);
        Span<byte> crc = stackalloc byte[sizeof(uint)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(crc, _output.Crc);
        _output.Write(crc);
    }

    private void AddDefinition(McapRecord record)
    {
        if (HasChunks) _chunk.Add(record, _encoder);
        else Write(record);
    }

    private (ulong Offset, ulong Length) Write(McapRecord record)
    {
        ulong offset = _output.Position;
        _buffer.Clear();
        _encoder.Append(record, _buffer);
        _output.Write(_buffer.Written.Span);
        return (offset, _output.Position - offset);
    }
}
