namespace StreamPerceiver.Recordings;

/// <summary>How a recording is written.</summary>
public sealed record RecordingOptions
{
    /// <summary>The size beyond which the next file is begun, in bytes (default: 1 GiB).</summary>
    public long FileBytes { get; init; } = 1L << 30;

    /// <summary>The time beyond which the next file is begun, in nanoseconds (default: an hour).</summary>
    public long FileNs { get; init; } = 3_600_000_000_000;

    /// <summary>
    /// How often a file is made to reach the disk (fsync), in nanoseconds (default: every 5 s). A machine that fails loses what came since. 0: with each chunk,
    /// which is once a second or once a mebibyte.
    /// </summary>
    public long SyncNs { get; init; } = 5_000_000_000;
}
