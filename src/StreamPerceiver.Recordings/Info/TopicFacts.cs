using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Recordings.Files;

namespace StreamPerceiver.Recordings.Info;

/// <summary>Collects what is in a recording of one topic. Memory is bounded: names beyond a limit are counted together.</summary>
internal sealed class TopicFacts(string topic)
{
    private const int MostTypes = 100, MostEntities = 100_000, MostNames = 20;
    private const string Others = "others";

    private readonly SortedSet<string> _schemas = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _types = new(StringComparer.Ordinal), _times = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _clocks = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, (OffsetSet Offsets, long Records, long Doubled)> _partitions = [];
    private readonly HashSet<string> _entities = new(StringComparer.Ordinal);
    private readonly ClockFacts _clock = new();
    private readonly Silences _ofPartitions = new(), _ofEntities = new();
    private long _messages, _bytes, _first = long.MaxValue, _last = long.MinValue;

    /// <summary>Adds a message of another program, with its log time.</summary>
    public void Add(string? schema, string encoding, long bytes, long logTimeNs)
    {
        Count(_types, encoding);
        Add(schema, bytes, logTimeNs);
        _ofPartitions.Add("channel", logTimeNs);
    }

    /// <summary>Takes a record of the topic into account.</summary>
    public void Add(string? schema, SourceRecord record)
    {
        Count(_types, record.Header(SourceRecord.ContentTypeHeader) ?? "");
        Count(_clocks, record.TimestampKind switch { TimestampKind.CreateTime => "producer", TimestampKind.LogAppendTime => "broker", _ => "none" });
        bool hasHeader = EventTime.TryParse(record.HeaderBytes(EventTimeSource.CloudEventsHeader) ?? [], out EventTime time);
        if (!hasHeader) time = EventTime.FromUnixMilliseconds(record.TimestampMs);
        Count(_times, hasHeader ? EventTimeSource.CloudEventsHeader : "timestamp");
        Add(schema, (record.Key?.LongLength ?? 0) + (record.Value?.LongLength ?? 0), time.Nanoseconds);
        string? entity = record.Key is { } key ? EntityOf(key) : null;
        if (entity is not null && _entities.Count < MostEntities) _entities.Add(entity);
        if (hasHeader) _clock.Add(entity, record.TimestampMs, time);
        _ofPartitions.Add($"partition {record.Partition}", time.Nanoseconds);
        if (entity is not null) _ofEntities.Add($"entity {entity}", time.Nanoseconds);
        var partition = _partitions.GetValueOrDefault(record.Partition, (new OffsetSet(), 0, 0));
        bool isNew = partition.Offsets.Add(record.Offset);
        _partitions[record.Partition] = (partition.Offsets, partition.Records + 1, partition.Doubled + (isNew ? 0 : 1));
    }

    /// <summary>Returns what was found.</summary>
    public TopicInfo ToInfo() => new(
        topic, [.. _schemas], _messages, _bytes,
        _last > _first ? Math.Round((_messages - 1) * (double)EventTime.PerSecond / ((double)_last - _first), 3) : null, _types, _times, _clocks,
        [
            .. _partitions.Select(p => new PartitionInfo(
                p.Key, p.Value.Records, p.Value.Offsets.First, p.Value.Offsets.Last, p.Value.Offsets.Missing, p.Value.Doubled)),
        ],
        _entities.Count, [.. _entities.Order(StringComparer.Ordinal).Take(MostNames)], _clock.Offset, _clock.OffEntities,
        [.. _ofPartitions.All, .. _ofEntities.All]);

    private void Add(string? schema, long bytes, long ns)
    {
        if (schema is not null) _schemas.Add(schema);
        _messages++;
        _bytes += bytes;
        (_first, _last) = (Math.Min(_first, ns), Math.Max(_last, ns));
    }

    private static void Count(SortedDictionary<string, long> counts, string name)
    {
        if (counts.Count >= MostTypes && !counts.ContainsKey(name)) name = Others;
        counts[name] = counts.GetValueOrDefault(name) + 1;
    }

    // A key that is no text is shown in hexadecimal: without a pipeline its format is not known.
    private static string EntityOf(byte[] key) => EntityKey.Read(key, KeyFormat.Utf8, out _) ?? $"0x{Convert.ToHexStringLower(key)}";
}
