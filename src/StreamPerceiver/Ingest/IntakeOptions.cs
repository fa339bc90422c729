namespace StreamPerceiver.Ingest;

/// <summary>How far the inputs of a lane may drift apart, and when one counts as silent.</summary>
public sealed record IntakeOptions
{
    /// <summary>
    /// Span of event time that alignment looks across, in nanoseconds. An input runs no further ahead of one that has unread records, and a restart reads
    /// so much again of what is settled.
    /// </summary>
    public required long SpanNs { get; init; }

    /// <summary>How far an input may run ahead while memory is scarce, in nanoseconds of event time.</summary>
    public required long ScarceAheadNs { get; init; }

    /// <summary>How long an input may have no record before it may count as silent, in nanoseconds of event time and of the clock.</summary>
    public required long IdleAfterNs { get; init; }

    /// <summary>How far ahead of its record's timestamp an event time may be, in nanoseconds.</summary>
    public required long MaxFutureNs { get; init; }
}
