namespace StreamPerceiver.Flow;

/// <summary>Whose window it is, when, and what was there: stays with a window from alignment to its prediction.</summary>
/// <param name="Lane">The partition number that all inputs share.</param>
/// <param name="Entity">The key of its records.</param>
/// <param name="Start">First instant inside.</param>
/// <param name="End">First instant past the end.</param>
/// <param name="ClosedBy">Why it closed.</param>
/// <param name="Inputs">One for each input of the pipeline, in its order.</param>
public sealed record WindowHeader(int Lane, string Entity, EventTime Start, EventTime End, CloseReason ClosedBy, IReadOnlyList<InputPresence> Inputs);

/// <summary>What a window has of one input.</summary>
/// <param name="Name">The input.</param>
/// <param name="Coverage">Share of its tokens' time that data fills, 0 to 1; 0 means absent, and fully masked.</param>
/// <param name="StalenessNs">From the last data to the window's end, in nanoseconds; null when absent.</param>
public sealed record InputPresence(string Name, double Coverage, long? StalenessNs)
{
    /// <summary>Whether there is any data.</summary>
    public bool Present => Coverage > 0;
}

/// <summary>Why a window closed.</summary>
public enum CloseReason
{
    /// <summary>Every input's watermark has passed its end.</summary>
    Watermark,

    /// <summary>At least one input was silent past <c>idleAfterMs</c>, and its watermark was not waited for.</summary>
    Idle,
}
