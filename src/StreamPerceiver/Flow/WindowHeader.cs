namespace StreamPerceiver.Flow;

/// <summary>The entity, times and inputs of a window. The header stays with the window from alignment to the prediction.</summary>
/// <param name="Lane">The partition number that all inputs share.</param>
/// <param name="Entity">The key of its records.</param>
/// <param name="Start">First instant in the window.</param>
/// <param name="End">First instant after the window.</param>
/// <param name="ClosedBy">Why the window closed.</param>
/// <param name="Inputs">The presence of each input, in the order of the pipeline's inputs.</param>
public sealed record WindowHeader(int Lane, string Entity, EventTime Start, EventTime End, CloseReason ClosedBy, IReadOnlyList<InputPresence> Inputs)
{
    /// <summary>The trace of the newest record that has one; null (default) where none has.</summary>
    public TraceContext? Trace { get; init; }

    /// <summary>
    /// Returns the window's id in a pipeline, <c>pipeline/entity/window end in nanoseconds</c>. A window has the same id in every run, so a consumer can drop
    /// duplicates.
    /// </summary>
    public string IdIn(string pipeline) => $"{pipeline}/{Entity}/{End.Nanoseconds}";
}

/// <summary>How much data of one input a window has.</summary>
/// <param name="Name">The input's name.</param>
/// <param name="Coverage">The share of the input's samples, steps or slots that data fills, 0 to 1; an input with 0 is absent, and fully masked.</param>
/// <param name="StalenessNs">The time from the last data to the window's end, in nanoseconds; null when the input is absent.</param>
public sealed record InputPresence(string Name, double Coverage, long? StalenessNs)
{
    /// <summary>The byte that stands for a masked place in <see cref="Text"/>. No UTF-8 has it.</summary>
    public const byte MaskedByte = 0xFF;

    /// <summary>The number of elements, where the input is a set (default: 0).</summary>
    public int Elements { get; init; }

    /// <summary>The ids of the elements, in their order, null where one has none; null (default) where the input has no ids.</summary>
    public IReadOnlyList<string?>? ElementIds { get; init; }

    /// <summary>The text in UTF-8, with <see cref="MaskedByte"/> at masked places; null (default) where the input is no text.</summary>
    public byte[]? Text { get; init; }

    /// <summary>Whether the window has any data of the input.</summary>
    public bool Present => Coverage > 0;
}

/// <summary>Why a window closed.</summary>
public enum CloseReason
{
    /// <summary>The watermark of every input has passed the window's end.</summary>
    Watermark,

    /// <summary>At least one input was silent for longer than <c>idleAfterMs</c>, so the window did not wait for that input's watermark.</summary>
    Idle,

    /// <summary>The entity had no record for longer than <c>flushAfterMs</c> on the clock, so its last windows closed.</summary>
    Flush,
}
