namespace StreamPerceiver.Recordings.Conversion;

/// <summary>How records are converted.</summary>
public sealed record ConvertOptions
{
    /// <summary>Partitions of each topic, for records that state none: the key's murmur2 chooses, as Java's clients do (default: 1).</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>Names and series of files that were made elsewhere (default: those of this program).</summary>
    public ConvertMap Map { get; init; } = new();

    /// <summary>Receives, a line each, what was assumed of the input and what the output does not keep (default: nothing).</summary>
    public Action<string> Note { get; init; } = _ => { };
}
