using StreamPerceiver.Batch;

namespace StreamPerceiver.Tests.Batch;

public sealed class BatchPolicyTests
{
    [Fact]
    public void ShouldClose_EverySmallCase_IsCountFirstThenDeadline()
    {
        for (int maxWindows = 1; maxWindows <= 4; maxWindows++)
            for (int maxWaitMs = 0; maxWaitMs <= 3; maxWaitMs++)
                for (int windows = 0; windows <= 6; windows++)
                    for (int waitedMs = 0; waitedMs <= 5; waitedMs++)
                    {
                        var policy = new BatchPolicy(new BatchOptions { MaxWindows = maxWindows, MaxWaitMs = maxWaitMs });
                        BatchCloseReason? expected = (windows >= maxWindows, windows > 0 && waitedMs >= maxWaitMs) switch
                        {
                            (true, _) => BatchCloseReason.Count,
                            (false, true) => BatchCloseReason.Deadline,
                            _ => null,
                        };

                        policy.ShouldClose(windows, TimeSpan.FromMilliseconds(waitedMs))
                            .ShouldBe(expected, $"{windows} of {maxWindows} windows, {waitedMs} of {maxWaitMs} ms");
                    }
    }

    [Fact]
    public void ShouldClose_ATickBeforeTheDeadline_IsTooEarly()
    {
        var policy = new BatchPolicy(new BatchOptions { MaxWindows = 4, MaxWaitMs = 20 });

        policy.MaxWait.ShouldBe(TimeSpan.FromMilliseconds(20));
        policy.ShouldClose(1, policy.MaxWait - TimeSpan.FromTicks(1)).ShouldBeNull();
        policy.ShouldClose(1, policy.MaxWait).ShouldBe(BatchCloseReason.Deadline);
    }
}
