namespace StreamPerceiver.Mcap;

/// <summary>Collects what the data section of a file has, and notes what is wrong with its definitions and its order.</summary>
internal sealed class DataFacts(Action<McapFinding> note, McapLimits limits)
{
    // A reader holds the chunks together that cover a time. Files of recorders have two or three of them.
    private const int UsualOverlap = 8;

    private readonly Definitions _definitions = new(limits);
    private readonly HashSet<ushort> _unknownChannels = [];
    private readonly Dictionary<ushort, ulong> _counts = [];
    private ulong _start, _end, _messages, _backwards, _furthest;
    private long _firstBackwards;

    /// <summary>The schemas by id.</summary>
    public Dictionary<ushort, McapSchema> Schemas { get; } = [];

    /// <summary>The channels by id.</summary>
    public Dictionary<ushort, McapChannel> Channels { get; } = [];

    /// <summary>The chunks, as a summary should list them.</summary>
    public List<McapChunkIndex> Chunks { get; } = [];

    /// <summary>The attachments, as a summary should list them.</summary>
    public List<McapAttachmentIndex> Attachments { get; } = [];

    /// <summary>The metadata records, as a summary should list them.</summary>
    public List<McapMetadataIndex> Metadata { get; } = [];

    /// <summary>Messages outside of chunks.</summary>
    public long MessagesInNoChunk { get; private set; }

    /// <summary>Offset behind the data section.</summary>
    public long DataEnd { get; set; }

    /// <summary>Counts and times, as a summary should have them.</summary>
    public McapStatistics Statistics => new(
        _messages, (ushort)Schemas.Count, (uint)Channels.Count, (uint)Attachments.Count, (uint)Metadata.Count, (uint)Chunks.Count, _start, _end, _counts);

    /// <summary>Adds a record of the data.</summary>
    public void Add(McapRecord record, long offset, long length, bool isInChunk)
    {
        try
        {
            _definitions.Check(record, offset);
        }
        catch (McapException e)
        {
            note(new McapFinding(McapProblem.Definition, true, offset, e.Message));
            return;
        }

        switch (record)
        {
            case McapSchema schema:
                Schemas[schema.Id] = schema;
                break;
            case McapChannel channel:
                if (Channels.TryAdd(channel.Id, channel)) CheckSchema(channel, offset);
                break;
            case McapMessage message:
                if (!isInChunk) MessagesInNoChunk++;
                Count(message, offset);
                break;
            case McapAttachment a:
                Attachments.Add(new McapAttachmentIndex((ulong)offset, (ulong)length, a.LogTime, a.CreateTime, (ulong)a.Data.Length, a.Name, a.MediaType));
                break;
            case McapMetadata texts:
                Metadata.Add(new McapMetadataIndex((ulong)offset, (ulong)length, texts.Name));
                break;
        }
    }

    /// <summary>Notes messages out of order, and chunks that cover the same times.</summary>
    public void NoteOrder()
    {
        if (_backwards > 0)
        {
            note(new McapFinding(McapProblem.Order, false, _firstBackwards,
                $"{_backwards} messages have a log time before that of an earlier one, by up to {_furthest / 1e9:F3} s; this is the first"));
        }

        (int chunks, ulong bytes, ulong time) = MostAtOnce();
        bool isTooMuch = bytes > (ulong)limits.OpenChunkBytes;
        if (chunks > UsualOverlap || isTooMuch)
        {
            long first = (long)Chunks.First(c => c.StartTime == time).ChunkStart;
            note(new McapFinding(McapProblem.Order, isTooMuch, first,
                $"{chunks} chunks with {bytes} bytes cover {McapFormat.Time(time)}, expected at most {UsualOverlap}: a reader holds all of them at once"));
        }
    }

    private void CheckSchema(McapChannel channel, long offset)
    {
        if (channel.SchemaId != 0 && !Schemas.ContainsKey(channel.SchemaId))
        {
            note(new McapFinding(McapProblem.Definition, true, offset,
                $"channel {channel.Id} ({channel.Topic}) has the schema {channel.SchemaId}, and no such schema is before it"));
        }
        else if (channel.SchemaId == 0 && channel.MessageEncoding is not "json")
        {
            note(new McapFinding(McapProblem.Definition, false, offset,
                $"channel {channel.Id} ({channel.Topic}) has no schema, so no viewer can show its messages of encoding '{channel.MessageEncoding}'"));
        }
    }

    private void Count(McapMessage message, long offset)
    {
        if (!Channels.ContainsKey(message.ChannelId) && _unknownChannels.Add(message.ChannelId))
            note(new McapFinding(McapProblem.Definition, true, offset, $"a message has the channel {message.ChannelId}, and no such channel is before it"));
        if (_messages > 0 && message.LogTime < _end)
        {
            if (_backwards++ == 0) _firstBackwards = offset;
            _furthest = Math.Max(_furthest, _end - message.LogTime);
        }

        _start = _messages == 0 ? message.LogTime : Math.Min(_start, message.LogTime);
        _end = Math.Max(_end, message.LogTime);
        _counts[message.ChannelId] = _counts.GetValueOrDefault(message.ChannelId) + 1;
        _messages++;
    }

    // The time that most chunks cover.
    private (int Chunks, ulong Bytes, ulong Time) MostAtOnce()
    {
        (int Chunks, ulong Bytes, ulong Time) most = default;
        ulong bytes = 0;
        var open = new PriorityQueue<ulong, ulong>(); // bytes, by end
        foreach (McapChunkIndex chunk in Chunks.OrderBy(c => c.StartTime))
        {
            while (open.TryPeek(out ulong ended, out ulong end) && end < chunk.StartTime)
            {
                open.Dequeue();
                bytes -= ended;
            }

            open.Enqueue(chunk.UncompressedSize, chunk.EndTime);
            bytes += chunk.UncompressedSize;
            if (open.Count > most.Chunks) most = (open.Count, bytes, chunk.StartTime);
        }

        return most;
    }
}
