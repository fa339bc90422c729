namespace StreamPerceiver.Align;

/// <summary>How a pipeline aligns its inputs.</summary>
/// <param name="Plan">The windows.</param>
/// <param name="OutOfOrdernessNs">How far a record may be behind the greatest event time of its entity and input, in nanoseconds.</param>
/// <param name="IdleAfterNs">
/// How long an input must be silent until windows do not wait for it, in nanoseconds of event time. Meanwhile the input's partition must have no unread
/// record.
/// </param>
public sealed record AlignOptions(WindowPlan Plan, long OutOfOrdernessNs, long IdleAfterNs)
{
    /// <summary>
    /// How much event time a restart must read again, in nanoseconds: older records cannot change an open window. An open window ends after the lane's
    /// slowest input, less the idle time and the disorder. A silence that closes a window began at most an idle time before it. A sample may be a
    /// window's length from the event time of its record.
    /// </summary>
    public long SpanNs => 2 * (IdleAfterNs + Plan.SizeNs + OutOfOrdernessNs) + Plan.SizeNs;
}
