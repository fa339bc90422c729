namespace StreamPerceiver.Mcap;

/// <summary>What a writer puts into a file. The defaults are those of other libraries: chunks with all indexes, and a summary.</summary>
public sealed record McapWriterOptions
{
    /// <summary>Name of the rules that the channels follow (default: none).</summary>
    public string Profile { get; init; } = "";

    /// <summary>The program that writes the file.</summary>
    public string Library { get; init; } = "StreamPerceiver.Mcap";

    /// <summary>Bytes of records after which a chunk is closed (default: 1 MiB); 0: messages are not put into chunks.</summary>
    public int ChunkBytes { get; init; } = 1 << 20;

    /// <summary>How chunks are compressed (default: Zstandard).</summary>
    public McapCompression Compression { get; init; } = McapCompression.Zstd;

    /// <summary>Whether each chunk is followed by the places of its messages (default: true).</summary>
    public bool MessageIndexes { get; init; } = true;

    /// <summary>Which parts the summary has (default: all).</summary>
    public McapSummaryParts Summary { get; init; } = McapSummaryParts.All;

    // Bytes behind the fields of records, as a later version of the format may have them.
    internal ReadOnlyMemory<byte> Trailing { get; init; }
}

/// <summary>The parts of a summary.</summary>
[Flags]
public enum McapSummaryParts
{
    /// <summary>There is no summary.</summary>
    None = 0,

    /// <summary>All schemas again.</summary>
    Schemas = 1,

    /// <summary>All channels again.</summary>
    Channels = 2,

    /// <summary>Counts and times.</summary>
    Statistics = 4,

    /// <summary>The places of metadata records.</summary>
    MetadataIndexes = 8,

    /// <summary>The places of attachments.</summary>
    AttachmentIndexes = 16,

    /// <summary>The places of chunks.</summary>
    ChunkIndexes = 32,

    /// <summary>The places of these parts.</summary>
    Offsets = 64,

    /// <summary>All parts.</summary>
    All = Schemas | Channels | Statistics | MetadataIndexes | AttachmentIndexes | ChunkIndexes | Offsets,
}
