namespace StreamPerceiver.Align;

/// <summary>How a pipeline aligns its inputs.</summary>
/// <param name="Plan">The windows.</param>
/// <param name="OutOfOrdernessNs">How far behind the greatest event time of its entity and input a record may come, in nanoseconds.</param>
/// <param name="IdleAfterNs">An input that is silent for so long in event time, with nothing unread, is not waited for, in nanoseconds.</param>
public sealed record AlignOptions(WindowPlan Plan, long OutOfOrdernessNs, long IdleAfterNs);
