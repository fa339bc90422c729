namespace StreamPerceiver.Flow;

/// <summary>A record as it came from its topic. The record is kept whole, so that its dead letter is complete.</summary>
/// <param name="Topic">Source topic.</param>
/// <param name="Partition">Source partition.</param>
/// <param name="Offset">Offset in the partition.</param>
/// <param name="TimestampMs">Kafka's timestamp, in milliseconds since the epoch.</param>
/// <param name="Key">Key, as is.</param>
/// <param name="Value">Payload, as is.</param>
/// <param name="Headers">Headers in their order; a name may come more than once.</param>
/// <param name="TimestampKind">Which clock gave the timestamp (default: the producer's).</param>
public sealed record SourceRecord(
    string Topic,
    int Partition,
    long Offset,
    long TimestampMs,
    byte[]? Key,
    byte[]? Value,
    IReadOnlyList<KeyValuePair<string, byte[]?>> Headers,
    TimestampKind TimestampKind = TimestampKind.CreateTime)
{
    /// <summary>The header of the value's media type.</summary>
    public const string ContentTypeHeader = "content-type";

    /// <summary>The end of the partition's log at its leader, as the reader knew it when it read the record; null (default): it is not known.</summary>
    public long? LogEnd { get; init; }

    /// <summary>Returns the last header of that name, in any case, as UTF-8 text, or null. Kafka headers may repeat; the last one was added last.</summary>
    public string? Header(string name) => HeaderBytes(name) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Returns the bytes of the last header of that name in any case, or null.</summary>
    public byte[]? HeaderBytes(string name)
    {
        for (int i = Headers.Count - 1; i >= 0; i--)
            if (Headers[i] is { Value: { } bytes } header && string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase))
                return bytes;
        return null;
    }

    /// <summary>Formats the record's place as <c>topic/partition/offset</c>, the form that messages use.</summary>
    public override string ToString() => $"{Topic}/{Partition}/{Offset}";
}

/// <summary>The clock that gave a record's timestamp, under Kafka's own names.</summary>
public enum TimestampKind
{
    /// <summary>The record has no timestamp.</summary>
    NoTimestampType,

    /// <summary>The producer's clock, when it made the record.</summary>
    CreateTime,

    /// <summary>The broker's clock, when it stored the record.</summary>
    LogAppendTime,
}
