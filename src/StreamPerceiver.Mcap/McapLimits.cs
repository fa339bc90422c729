namespace StreamPerceiver.Mcap;

/// <summary>Limits on what a file may make a reader hold in memory. A file states lengths of up to 64 bits; none is believed before it is checked.</summary>
public sealed record McapLimits
{
    /// <summary>Most bytes of a record (default: 256 MiB). A chunk is a record.</summary>
    public long RecordBytes { get; init; } = 256L << 20;

    /// <summary>Most bytes of a chunk's records before compression (default: 256 MiB).</summary>
    public long ChunkBytes { get; init; } = 256L << 20;

    /// <summary>Most bytes of the summary section (default: 256 MiB).</summary>
    public long SummaryBytes { get; init; } = 256L << 20;
}
