using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Align;

/// <summary>A reading before a window may fill its first steps. A window does not wait for a reading after its end.</summary>
public sealed class ReachTests
{
    private const int Imu = 0;

    [Fact]
    public void Accept_HoldWithinTheTolerance_FillsTheFirstStepsOfTheNextWindow()
    {
        Timeline timeline = Held(toleranceMs: 3);

        //                  0    5    10
        timeline.Read(Imu, "...a....a.a").Publish();

        timeline.Windows.ShouldBe(["a@0 ...xx", "a@5 xx.xx"]);
        timeline.Details[1].ShouldEndWith(" 0 0 0 1 1"); // the values are the offsets: 0 until 6, then nothing, then 1
        timeline.Outcomes(Imu).ShouldBe("U..");
    }

    [Fact]
    public void Accept_OnlyOlderDataReachIn_MakesNoWindowAndSettlesThem()
    {
        Timeline timeline = Held(toleranceMs: 100);

        timeline.Read(Imu, "a").Read(Imu, "bc", from: 50).Read(Imu, "bc", from: 130).Publish(); // a is silent, and its record reaches far

        timeline.Windows.ShouldBe(["a@0 xxxxx", "b@50 xxxxx", "c@50 .xxxx"], ignoreOrder: true);
        timeline.Outcomes(Imu).ShouldBe("U....");
    }

    [Fact]
    public void Accept_RecordBehindItsWindowThatReachesIntoTheNext_IsNotLate()
    {
        Timeline timeline = Held(toleranceMs: 4);

        //                  0    5
        timeline.Read(Imu, "a......a").Read(Imu, "a", from: 4).Read(Imu, "a", from: 10).Publish(); // 4 comes after [0,5) is out

        timeline.Windows.ShouldBe(["a@0 xxxxx", "a@5 xxxxx"]);
        timeline.Details[1].ShouldEndWith(" 2 2 1 1 1"); // it fills 5 and 6, and the record at 7 fills the rest
        timeline.Outcomes(Imu).ShouldBe("U.U.");
    }

    [Fact]
    public void Place_FrameBeforeTheWindow_FillsASlotThatItIsNearEnoughTo()
    {
        var camera = new VideoSpec("camera", "camera", false, 1, 1, 2, ToleranceNs: 40 * Some.Ms, Patch: 1);

        camera.ReachNs(100 * Some.Ms).ShouldBe(15 * Some.Ms); // the first slot's middle is 25 ms into the window
        (camera with { ToleranceNs = 25 * Some.Ms }).ReachNs(100 * Some.Ms).ShouldBe(0);
    }

    private static Timeline Held(int toleranceMs)
        => new(Some.Sensor("imu") with { Interpolation = Interpolation.Hold, ToleranceNs = toleranceMs * Some.Ms }) { EntityIdleAfter = 20 };
}
