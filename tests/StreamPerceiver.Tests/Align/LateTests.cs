using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Align;

/// <summary>The progress of other inputs must not make a record late: the smallest cases of <see cref="SchedulesTests"/>.</summary>
public sealed class LateTests
{
    private const int Camera = 0, Imu = 1, Mic = 2;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Accept_RecordBehindItsOwnInputsWatermark_IsLateWhetherOrNotTheOthersHeldTheWindowOpen(bool imuComesFirst)
    {
        var timeline = new Timeline(Some.Sensor("camera"), Some.Sensor("imu"));

        //                                          0    5
        if (imuComesFirst) timeline.Read(Imu, /* */ "a....a");
        timeline.Read(Camera, /*                 */ "a....a").Read(Camera, "..a"); // 2 comes after 5, and nothing may
        if (!imuComesFirst) timeline.Read(Imu, /**/ "a....a");

        timeline.Publish();
        timeline.Windows.ShouldBe(["a@0 x.... x...."]);
        timeline.Outcomes(Camera).ShouldBe("U.L");
    }

    [Fact]
    public void Accept_InputThatNeverSpeaks_IsIdleFromTheSameMomentWhicheverOfTheOthersSpokeFirst()
    {
        Windows(Camera, Imu).ShouldBe(Windows(Imu, Camera));

        static IReadOnlyList<string> Windows(int first, int second)
        {
            //                    0    5    10   15   20   25
            string[] drawings = ["a........................a", "..........a..............a"];
            var timeline = new Timeline(Some.Sensor("camera"), Some.Sensor("imu"), Some.Sensor("mic"));
            return timeline.Read(first, drawings[first]).Read(second, drawings[second]).Read(Mic, "!").Windows;
        }
    }

    [Theory]
    [InlineData(0)] // [0,5): out in any order, but for which reason?
    [InlineData(25)] // [25,30): whether it is out must not depend on when somebody looked
    public void Accept_InputSilentForAWhileAndThenBack_GivesTheSameWindowsForTheSameReasonsInAnyOrder(int from)
    {
        Windows(cameraComesBetween: true).ShouldBe(Windows(cameraComesBetween: false));

        // imu has no record of a from 0 to 31, while its partition goes on with b and c at 90. So a has passed 30 there before its record at 31.
        string[] Windows(bool cameraComesBetween)
        {
            var timeline = new Timeline(Some.Sensor("camera"), Some.Sensor("imu")) { OutOfOrder = 2, EntityIdleAfter = 60 };
            timeline.Read(Imu, "a").Read(Imu, "bc", from: 90);
            if (cameraComesBetween) timeline.Read(Camera, "a......a", from);
            timeline.Read(Imu, "a", from: 31);
            if (!cameraComesBetween) timeline.Read(Camera, "a......a", from);
            return [.. timeline.Windows.Zip(timeline.Headers, (w, h) => $"{w} {h.ClosedBy}")];
        }
    }
}
