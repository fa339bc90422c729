namespace StreamPerceiver.Align;

/// <summary>How a pipeline aligns its inputs.</summary>
/// <param name="Plan">The windows.</param>
/// <param name="OutOfOrdernessNs">How far behind the greatest event time of its entity and input a record may come, in nanoseconds.</param>
/// <param name="IdleAfterNs">An input that is silent for so long in event time, with nothing unread, is not waited for, in nanoseconds.</param>
public sealed record AlignOptions(WindowPlan Plan, long OutOfOrdernessNs, long IdleAfterNs)
{
    /// <summary>
    /// What was said longer ago has no say in windows that are still open, in nanoseconds: such a window ends after the lane's slowest input, less the
    /// idle time and the disorder; and silence in it was silence for the idle time before.
    /// </summary>
    public long SpanNs => 2 * (IdleAfterNs + Plan.SizeNs + OutOfOrdernessNs);
}
