namespace StreamPerceiver.Mcap;

/// <summary>Collects what the summary of a file has.</summary>
internal sealed class SummaryBuilder
{
    private readonly SortedDictionary<ushort, McapSchema> _schemas = [];
    private readonly SortedDictionary<ushort, McapChannel> _channels = [];
    private readonly Dictionary<ushort, ulong> _counts = [];
    private readonly List<McapChunkIndex> _chunks = [];
    private readonly List<McapAttachmentIndex> _attachments = [];
    private readonly List<McapMetadataIndex> _metadata = [];
    private ulong _messages, _start, _end;

    /// <summary>Adds a schema. Returns whether it is new.</summary>
    /// <exception cref="ArgumentException">The id is 0, or has another schema.</exception>
    public bool Add(McapSchema schema)
    {
        if (schema.Id == 0) throw new ArgumentException($"schema {schema.Name} has the id 0, which means none; expected 1 or more", nameof(schema));
        if (_schemas.TryAdd(schema.Id, schema)) return true;
        McapSchema known = _schemas[schema.Id];
        if ((known.Name, known.Encoding) == (schema.Name, schema.Encoding) && known.Data.Span.SequenceEqual(schema.Data.Span)) return false;
        throw new ArgumentException($"schema {schema.Id} is {known.Name} ({known.Encoding}), not {schema.Name} ({schema.Encoding})", nameof(schema));
    }

    /// <summary>Adds a channel. Returns whether it is new.</summary>
    /// <exception cref="ArgumentException">The id has another channel, or the schema is not there.</exception>
    public bool Add(McapChannel channel)
    {
        if (channel.SchemaId != 0 && !_schemas.ContainsKey(channel.SchemaId))
            throw new ArgumentException($"channel {channel.Id} ({channel.Topic}) has the schema {channel.SchemaId}, which was not added", nameof(channel));
        if (_channels.TryAdd(channel.Id, channel)) return true;
        McapChannel known = _channels[channel.Id];
        bool isSame = (known.SchemaId, known.Topic, known.MessageEncoding) == (channel.SchemaId, channel.Topic, channel.MessageEncoding)
            && known.Metadata.Count == channel.Metadata.Count
            && known.Metadata.All(m => channel.Metadata.TryGetValue(m.Key, out string? text) && text == m.Value);
        return isSame ? false : throw new ArgumentException($"channel {channel.Id} is that of {known.Topic}, and not one of {channel.Topic}", nameof(channel));
    }

    /// <summary>Counts a message.</summary>
    /// <exception cref="ArgumentException">The channel is not there.</exception>
    public void Count(McapMessage message)
    {
        if (!_channels.ContainsKey(message.ChannelId))
            throw new ArgumentException($"a message has the channel {message.ChannelId}, which was not added", nameof(message));
        _counts[message.ChannelId] = _counts.GetValueOrDefault(message.ChannelId) + 1;
        _start = _messages == 0 ? message.LogTime : Math.Min(_start, message.LogTime);
        _end = Math.Max(_end, message.LogTime);
        _messages++;
    }

    /// <summary>Adds the place of a chunk.</summary>
    public void Add(McapChunkIndex index) => _chunks.Add(index);

    /// <summary>Adds the place of an attachment.</summary>
    public void Add(McapAttachmentIndex index) => _attachments.Add(index);

    /// <summary>Adds the place of a metadata record.</summary>
    public void Add(McapMetadataIndex index) => _metadata.Add(index);

    /// <summary>Returns the records of the summary, in groups of one kind; groups without a record are left out.</summary>
    public IEnumerable<IReadOnlyList<McapRecord>> Groups(McapSummaryParts parts)
    {
        (McapSummaryParts Part, IReadOnlyList<McapRecord> Records)[] groups =
        [
            (McapSummaryParts.Schemas, [.. _schemas.Values]),
            (McapSummaryParts.Channels, [.. _channels.Values]),
            (McapSummaryParts.Statistics, [Statistics()]),
            (McapSummaryParts.MetadataIndexes, _metadata),
            (McapSummaryParts.AttachmentIndexes, _attachments),
            (McapSummaryParts.ChunkIndexes, _chunks),
        ];
        return groups.Where(g => parts.HasFlag(g.Part) && g.Records.Count > 0).Select(g => g.Records);
    }

    private McapStatistics Statistics() => new(
        _messages, (ushort)_schemas.Count, (uint)_channels.Count, (uint)_attachments.Count, (uint)_metadata.Count, (uint)_chunks.Count, _start, _end, _counts);
}
