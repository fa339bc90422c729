namespace StreamPerceiver.Align;

/// <summary>How a pipeline aligns its inputs.</summary>
/// <param name="Plan">The windows.</param>
/// <param name="OutOfOrdernessNs">How far a record may be behind the greatest event time of its entity and input, in nanoseconds.</param>
/// <param name="IdleAfterNs">
/// How long an input must be silent until its entity's windows do not wait for it, in nanoseconds of that entity's event time. Meanwhile the input's
/// partition must have no unread record.
/// </param>
/// <param name="EntityIdleAfterNs">
/// How far an entity may be behind the event time that the other entities of its partition have reached, in nanoseconds; 0: any distance.
/// </param>
public sealed record AlignOptions(WindowPlan Plan, long OutOfOrdernessNs, long IdleAfterNs, long EntityIdleAfterNs)
{
    // Where an entity may be behind by any distance, a restart must still begin somewhere.
    private const long LongestLookbackNs = 86_400_000_000_000;

    /// <summary>How far the inputs of a lane may drift apart while a backlog is read, in nanoseconds: the event time that open windows may need.</summary>
    public long SpanNs => 2 * (IdleAfterNs + Plan.SizeNs + OutOfOrdernessNs) + Plan.SizeNs;

    /// <summary>How much agreed event time a restart must read again at most, in nanoseconds: what an entity did before does not count.</summary>
    internal long LookbackNs => EntityIdleAfterNs > 0 ? EntityIdleAfterNs : LongestLookbackNs;

    /// <summary>The agreed time of a partition moves in steps of this length, in nanoseconds.</summary>
    internal long AgreedStepNs => Math.Max(1, LookbackNs / 64);

    /// <summary>How many samples a partition must have had before its entities agree on a time, and four an entity (default: 128; tests need fewer).</summary>
    public long LeastSamples { get; init; } = 128;

    /// <summary>How far an entity may usually be from the agreed time, in nanoseconds. What is further is worth a line in the log.</summary>
    internal long UsualAheadNs => Math.Max(IdleAfterNs, Plan.SizeNs) + OutOfOrdernessNs + AgreedStepNs;
}
