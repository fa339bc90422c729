namespace StreamPerceiver.Publish;

/// <summary>A record to write, for any sink.</summary>
/// <param name="Topic">The topic to write to.</param>
/// <param name="Key">The key; null: none.</param>
/// <param name="Value">The value; null: a compacted topic deletes the key's value.</param>
public sealed record OutgoingRecord(string Topic, byte[]? Key, byte[]? Value)
{
    /// <summary>The partition; null (default): the partition that the key's hash gives.</summary>
    public int? Partition { get; init; }

    /// <summary>The timestamp, in milliseconds since 1970; null (default): the time of writing.</summary>
    public long? TimestampMs { get; init; }

    /// <summary>The headers, in their order (default: none). A name may come more than once.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]?>> Headers { get; init; } = [];
}
