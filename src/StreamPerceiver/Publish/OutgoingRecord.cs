using System.Text;

namespace StreamPerceiver.Publish;

/// <summary>A record to write, for any sink.</summary>
/// <param name="Topic">The topic to write to.</param>
/// <param name="Key">The key; null: none.</param>
/// <param name="Value">The value; null: a compacted topic deletes the key's value.</param>
public sealed record OutgoingRecord(string Topic, byte[]? Key, byte[]? Value)
{
    /// <summary>The partition; null (default): the partition that the key's hash gives.</summary>
    public int? Partition { get; init; }

    /// <summary>
    /// The wanted timestamp, in milliseconds since 1970; null (default): the time of writing. A topic that does not take it gets the time of writing, too.
    /// </summary>
    public long? TimestampMs { get; init; }

    /// <summary>The headers, in their order (default: none). A name may come more than once.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]?>> Headers { get; init; } = [];

    /// <summary>The size as a broker counts it, in bytes: never less than it is, and at most some bytes a header more.</summary>
    public long Bytes => Overhead + (Key?.LongLength ?? 0) + (Value?.LongLength ?? 0)
        + Headers.Sum(h => HeaderOverhead + Encoding.UTF8.GetByteCount(h.Key) + (h.Value?.LongLength ?? 0));

    // A batch of its own begins with 61 bytes. The lengths and numbers of a record take at most 35.
    private const long Overhead = 96;

    private const long HeaderOverhead = 10;
}
