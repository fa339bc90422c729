namespace StreamPerceiver.Mcap;

/// <summary>Limits on what a file may make a reader hold in memory. A file states lengths of up to 64 bits; none is believed before it is checked.</summary>
public sealed record McapLimits
{
    /// <summary>Most bytes of a record (default: 256 MiB). A chunk is a record.</summary>
    public long RecordBytes { get; init; } = 256L << 20;

    /// <summary>Most bytes of a chunk's records before compression (default: 256 MiB).</summary>
    public long ChunkBytes { get; init; } = 256L << 20;

    /// <summary>
    /// Most bytes of a record of texts and counts (default: 16 MiB): any but messages, chunks, message indexes and attachments. Texts take several times as
    /// much memory.
    /// </summary>
    public long TextRecordBytes { get; init; } = 16L << 20;

    /// <summary>Most bytes of the summary section, and of all different schemas and channels together (default: 256 MiB).</summary>
    public long SummaryBytes { get; init; } = 256L << 20;

    /// <summary>
    /// Most bytes of chunks that are held at once when messages are read in the order of their times (default: 1 GiB). Chunks whose times overlap are held
    /// together.
    /// </summary>
    public long OpenChunkBytes { get; init; } = 1L << 30;

    internal long MostBytes(McapOpcode opcode) => opcode switch
    {
        McapOpcode.Message or McapOpcode.Chunk or McapOpcode.MessageIndex or McapOpcode.Attachment or > McapOpcode.DataEnd => RecordBytes,
        _ => Math.Min(RecordBytes, TextRecordBytes),
    };
}
