namespace StreamPerceiver.Flow;

/// <summary>The entity, times and inputs of a window. It stays with the window from alignment to its prediction.</summary>
/// <param name="Lane">The partition number that all inputs share.</param>
/// <param name="Entity">The key of its records.</param>
/// <param name="Start">First instant in the window.</param>
/// <param name="End">First instant after the window.</param>
/// <param name="ClosedBy">Why it closed.</param>
/// <param name="Inputs">One for each input of the pipeline, in its order.</param>
public sealed record WindowHeader(int Lane, string Entity, EventTime Start, EventTime End, CloseReason ClosedBy, IReadOnlyList<InputPresence> Inputs);

/// <summary>How much data of one input a window has.</summary>
/// <param name="Name">The input.</param>
/// <param name="Coverage">The share of its samples, steps or slots that data fills, 0 to 1; at 0 the input is absent, and all of its tokens are masked.</param>
/// <param name="StalenessNs">The time from the last data to the window's end, in nanoseconds; null when the input is absent.</param>
public sealed record InputPresence(string Name, double Coverage, long? StalenessNs)
{
    /// <summary>Whether the window has any data of the input.</summary>
    public bool Present => Coverage > 0;
}

/// <summary>Why a window closed.</summary>
public enum CloseReason
{
    /// <summary>Every input's watermark has passed its end.</summary>
    Watermark,

    /// <summary>At least one input was silent for longer than <c>idleAfterMs</c>, so the window did not wait for its watermark.</summary>
    Idle,
}
