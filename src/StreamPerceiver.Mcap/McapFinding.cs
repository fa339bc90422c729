namespace StreamPerceiver.Mcap;

/// <summary>What is wrong with a file.</summary>
public enum McapProblem
{
    /// <summary>Bytes are missing, or are not what they were: the file is cut off, a record cannot be read, or a checksum differs.</summary>
    Damage,

    /// <summary>Indexes, counts or times of the summary, or of the indexes behind a chunk, are not those of the data.</summary>
    Index,

    /// <summary>The file has no places of its messages, so a range is found by reading from the beginning.</summary>
    NoIndex,

    /// <summary>Messages are not in the order of their log times, or many chunks cover the same times.</summary>
    Order,

    /// <summary>A message has no channel, a channel has no schema, or an id has two meanings.</summary>
    Definition,
}

/// <summary>Something that a check has found.</summary>
/// <param name="Problem">The kind of problem.</param>
/// <param name="IsError">Whether readers give wrong results or fail. Otherwise they are slow, or show less.</param>
/// <param name="Offset">Offset of the record, in bytes. For a record in a chunk, that of the chunk.</param>
/// <param name="Detail">What was found, and what was expected.</param>
public sealed record McapFinding(McapProblem Problem, bool IsError, long Offset, string Detail);
