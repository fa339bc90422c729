namespace StreamPerceiver.Align;

/// <summary>How a pipeline aligns its inputs.</summary>
/// <param name="Plan">The windows.</param>
/// <param name="OutOfOrdernessNs">How far behind the greatest event time of its entity and input a record may come, in nanoseconds.</param>
/// <param name="IdleAfterNs">An input that is silent for so long in event time, with nothing unread, is not waited for, in nanoseconds.</param>
public sealed record AlignOptions(WindowPlan Plan, long OutOfOrdernessNs, long IdleAfterNs)
{
    /// <summary>
    /// How much event time a restart must read again, in nanoseconds: older records cannot change an open window. Such a window ends after the lane's
    /// slowest input, less the idle time and the disorder. Silence in it was silence for the idle time before. A record's samples may be a window's
    /// length from its own event time.
    /// </summary>
    public long SpanNs => 2 * (IdleAfterNs + Plan.SizeNs + OutOfOrdernessNs) + Plan.SizeNs;
}
