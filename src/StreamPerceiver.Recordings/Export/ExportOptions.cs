namespace StreamPerceiver.Recordings.Export;

/// <summary>How windows are exported.</summary>
public sealed record ExportOptions
{
    /// <summary>The most bytes of a shard's arrays: 256 MiB. A shard is in memory until it is full.</summary>
    public const long ShardBytes = 256L << 20;

    /// <summary>The form of the shards (default: NumPy).</summary>
    public ShardFormat Format { get; init; } = ShardFormat.Npz;

    /// <summary>The most windows of a shard (default: 1,024). It has fewer where they would take more than <see cref="ShardBytes"/>.</summary>
    public int ShardWindows { get; init; } = 1024;
}

/// <summary>The forms of shards.</summary>
public enum ShardFormat
{
    /// <summary>NumPy: an array a column, the windows along its first axis.</summary>
    Npz,

    /// <summary>Parquet: a row a window. What is no single number or text is binary, row by row, little-endian.</summary>
    Parquet,
}
