using StreamPerceiver.Flow;
using StreamPerceiver.Mcap;

namespace StreamPerceiver.Recordings.Files;

/// <summary>Which messages of recordings are taken (default: all).</summary>
public sealed record RecordingSelection
{
    /// <summary>The first time of receipt, in nanoseconds since 1970.</summary>
    public long FromNs { get; init; }

    /// <summary>The time of receipt before which messages are taken, in nanoseconds since 1970.</summary>
    public long UntilNs { get; init; } = long.MaxValue;

    /// <summary>The topics, of Kafka or of channels; null: all.</summary>
    public IReadOnlySet<string>? Topics { get; init; }

    /// <summary>The entities, by the keys of Kafka records; null: all. Channels that have none are left out where it is set.</summary>
    public IReadOnlySet<string>? Entities { get; init; }

    /// <summary>The partitions of Kafka topics; null: all. Other channels are left out where it is set.</summary>
    public IReadOnlySet<int>? Partitions { get; init; }

    /// <summary>Returns whether messages of a channel are taken. The events of a run belong to all of its records.</summary>
    internal bool Takes(McapSchema? schema, McapChannel channel, RecordedChannel? kafka)
    {
        if (schema?.Name == EventEncoding.Schema.Name) return true;
        return (Topics is null || Topics.Contains(channel.Topic) || (kafka is not null && Topics.Contains(kafka.Topic)))
            && (Partitions is null || (kafka is not null && Partitions.Contains(kafka.Partition)))
            && (Entities is null || kafka is not null);
    }

    /// <summary>Returns whether a record is of one of the entities. Keys that are numbers or UUIDs are compared as these.</summary>
    internal bool Takes(SourceRecord record)
        => Entities is null || (record.Key is { } key && EntityKey.Formats.Values.Any(f => EntityKey.Read(key, f, out _) is { } e && Entities.Contains(e)));
}
