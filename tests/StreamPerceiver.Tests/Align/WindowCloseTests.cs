using StreamPerceiver.Flow;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Align;

/// <summary>When a window closes. Windows are [0,5), [5,10), ...; a letter is a record of that entity.</summary>
public sealed class WindowCloseTests
{
    private const int Camera = 0, Imu = 1;

    [Fact]
    public void Accept_OneInput_ClosesOnceItsTimeHasReachedTheEnd()
    {
        var timeline = new Timeline(Some.Sensor("camera"));

        //                0    5
        timeline.Read(0, "a...a").Windows.ShouldBeEmpty();
        timeline.Read(0, "a", from: 5).Windows.ShouldBe(["a@0 x...x"]);
    }

    [Fact]
    public void Accept_TwoInputs_ClosesOnceTheSlowerOneHasReachedTheEnd()
    {
        var timeline = Two();

        //                     0    5    10   15
        timeline.Read(Camera, "a....a....a....a").Windows.ShouldBeEmpty();
        timeline.Read(Imu, /**/ "..aa.a").Windows.ShouldBe(["a@0 x.... ..xx."]);
        timeline.Read(Imu, /*       */ ".aa..a", from: 6).Windows.Skip(1).ShouldBe(["a@5 x.... x.xx."]);
    }

    [Fact]
    public void Accept_OutOfOrderness_HoldsTheWindowOpenForSoLong()
    {
        var timeline = new Timeline(Some.Sensor("camera")) { OutOfOrder = 3 };

        //                     0    5
        timeline.Read(Camera, "a.....aa").Windows.ShouldBeEmpty();
        timeline.Read(Camera, "..a").Windows.ShouldBeEmpty(); // 5 behind the newest, and its window is still open
        timeline.Read(Camera, "a", from: 8).Windows.ShouldBe(["a@0 x.x.."]);
    }

    [Fact]
    public void Accept_RecordsOutOfOrder_AreSorted()
    {
        var timeline = new Timeline(Some.Sensor("camera")) { OutOfOrder = 5 };

        timeline.Read(Camera, "...a").Read(Camera, "a").Read(Camera, "..a").Read(Camera, "a", from: 10);

        timeline.Windows.ShouldBe(["a@0 x.xx."]);
    }

    [Fact]
    public void Accept_TwoRecordsAtOneTime_TheOneWithTheGreaterOffsetSpeaks()
    {
        var timeline = new Timeline(Some.Sensor("camera"));

        timeline.Read(Camera, "..a").Read(Camera, "..a").Read(Camera, "a", from: 5); // a reading's value is its offset: 0, 1, 2

        timeline.Details.Single().ShouldEndWith(" 0 0 1 0 0");
    }

    [Fact]
    public void Accept_RecordBehindItsWindows_SettlesLateAndChangesNothing()
    {
        var timeline = new Timeline(Some.Sensor("camera"));

        timeline.Read(Camera, "a....a").Publish();
        timeline.Read(Camera, "..a"); // [0,5) is out

        timeline.Windows.ShouldBe(["a@0 x...."]);
        timeline.Outcomes(Camera).ShouldBe("U.L");
    }

    [Fact]
    public void Accept_ManyWindowsAtOnce_ComeInOrder()
    {
        var timeline = Two();

        //                     0    5    10   15   20
        timeline.Read(Camera, "a....a....a....a....a");
        timeline.Read(Imu, /**/ "a..................a");

        timeline.Windows.ShouldBe(["a@0 x.... x....", "a@5 x.... .....", "a@10 x.... ....."]);
    }

    [Fact]
    public void Accept_SpanWithoutData_IsSteppedOver()
    {
        var timeline = new Timeline(Some.Sensor("camera"));

        timeline.Read(Camera, "a").Read(Camera, "a", from: 1_000_000).Read(Camera, "a", from: 2_000_000);

        timeline.Windows.ShouldBe(["a@0 x....", "a@1000000 x...."]);
        timeline.Skipped.ShouldBe(0);
    }

    [Fact]
    public void Accept_HoppingWindows_ShareRecords()
    {
        var timeline = new Timeline(Some.Sensor("camera")) { Size = 6, Hop = 3 };

        //                     0  3  6  9
        timeline.Read(Camera, "a...a.a..a");

        // the first window that 0 is in began at -3
        timeline.Windows.ShouldBe(["a@-3 ...x..", "a@0 x...x.", "a@3 .x.x.."]);
    }

    [Fact]
    public void Accept_TwoEntities_AreIndependent()
    {
        var timeline = Two();

        //                     0    5    10
        timeline.Read(Camera, "a.b..a.b..a.b");
        timeline.Read(Imu, /**/ "a.......a.");
        timeline.Windows.ShouldBe(["a@0 x.... x...."]);

        timeline.Read(Imu, ".b........b");
        timeline.Windows.Skip(1).ShouldBe(["b@0 ..x.. .x...", "b@5 ..x.. ....."]);
    }

    [Fact]
    public void Accept_ClosedByWatermarks_SaysSo()
        => new Timeline(Some.Sensor("camera")).Read(Camera, "a....a").Headers.Single().ClosedBy.ShouldBe(CloseReason.Watermark);

    private static Timeline Two() => new(Some.Sensor("camera"), Some.Sensor("imu"));
}
