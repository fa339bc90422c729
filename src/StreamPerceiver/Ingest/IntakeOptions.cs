using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>How far the inputs of a lane may drift apart, and when one counts as silent.</summary>
public sealed record IntakeOptions
{
    /// <summary>
    /// The span of event time that can change an open window, in nanoseconds. An input may be this far ahead of one that has unread records.
    /// </summary>
    public required long SpanNs { get; init; }

    /// <summary>How far an input may be ahead of the others while memory is scarce, in nanoseconds of event time.</summary>
    public required long ScarceAheadNs { get; init; }

    /// <summary>How long an input may have no record before it may count as silent, in nanoseconds of event time and of the clock.</summary>
    public required long IdleAfterNs { get; init; }

    /// <summary>How long an entity may have no record, on the clock, until its last windows close, in nanoseconds; 0: for ever.</summary>
    public required long FlushAfterNs { get; init; }

    /// <summary>The format of the keys (default: UTF-8 text).</summary>
    public KeyFormat Keys { get; init; }

    /// <summary>How far an event time may be ahead of its record's timestamp, in nanoseconds.</summary>
    public required long MaxFutureNs { get; init; }
}
