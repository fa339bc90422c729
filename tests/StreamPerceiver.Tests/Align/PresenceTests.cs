using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Align;

/// <summary>What a window has of each input, and what becomes of the records. U used, L late, S skipped, . held.</summary>
public sealed class PresenceTests
{
    private const int Camera = 0, Imu = 1;

    [Fact]
    public void Accept_OptionalInputMissing_EmitsWithCoverageZeroAndNoStaleness()
    {
        var timeline = new Timeline(Some.Sensor("camera"), Some.Sensor("imu"));

        //                     0    5
        timeline.Read(Camera, "aa.a.a");
        timeline.Read(Imu, /**/ ".....a");

        timeline.Headers.Single().Inputs.ShouldBe(
        [
            new InputPresence("camera", 0.6, 2 * Some.Ms), // from 3 ms, the last reading, to the end at 5 ms
            new InputPresence("imu", 0, null),
        ]);
        timeline.Headers.Single().Inputs.Select(i => i.Present).ShouldBe([true, false]);
    }

    [Fact]
    public void Accept_RequiredInputMissing_SkipsAndCountsTheWindowAndItsRecords()
    {
        var timeline = new Timeline(Some.Sensor("camera"), Some.Sensor("imu", required: true));

        //                     0    5    10
        timeline.Read(Camera, "a.a..a....a");
        timeline.Read(Imu, /**/ ".....a....a").Publish();

        timeline.Windows.ShouldBe(["a@5 x.... x...."]);
        timeline.Skipped.ShouldBe(1);
        timeline.Outcomes(Camera).ShouldBe("SSU.");
    }

    [Fact]
    public void Accept_NothingNearEnoughToAStep_SkipsTheWindow()
    {
        // Steps are whole milliseconds, and the only record lies between two of them.
        var timeline = new Timeline(Some.Sensor("camera"));

        timeline.Read(Camera, "a", Some.At(2) + 500_000, durationNs: 1).Read(Camera, "a", from: 5);

        timeline.Windows.ShouldBeEmpty();
        timeline.Skipped.ShouldBe(1);
        timeline.Outcomes(Camera).ShouldBe("S.");
    }

    [Fact]
    public void Accept_HoppingWindows_SettleARecordOnceTheLastOfThemIsReleased()
    {
        var timeline = new Timeline(Some.Sensor("camera")) { Size = 6, Hop = 3 };

        //                     0  3  6
        timeline.Read(Camera, "....a.a"); // 4 is in [0,6) and in [3,9)
        timeline.Windows.ShouldBe(["a@0 ....x."]);
        timeline.Publish().Outcomes(Camera).ShouldBe("..");

        timeline.Read(Camera, "a", from: 9);
        timeline.Outcomes(Camera).ShouldBe("...");
    }

    [Fact]
    public void Accept_HoppingWindowsOfWhichOneIsPublished_SettleUsed()
    {
        // imu is required and silent in [0,6): that window is skipped, the next is not.
        var timeline = new Timeline(Some.Sensor("camera"), Some.Sensor("imu", required: true)) { Size = 6, Hop = 3 };

        timeline.Read(Camera, "...a.....a").Read(Imu, /*   */ "......a..a").Publish();

        timeline.Windows.ShouldBe(["a@3 x..... ...x.."]);
        timeline.Skipped.ShouldBe(1);
        timeline.Outcomes(Camera).ShouldBe("U.");
    }

    [Fact]
    public void Accept_HopLongerThanAWindow_SkipsRecordsBetweenWindows()
    {
        var timeline = new Timeline(Some.Sensor("camera")) { Size = 5, Hop = 10 };

        //                     0    5    10   15
        timeline.Read(Camera, "a...aa...aa....a").Publish();

        timeline.Windows.ShouldBe(["a@0 x...x", "a@10 x...."]);
        timeline.Outcomes(Camera).ShouldBe("UUSSUS");
        timeline.Skipped.ShouldBe(0);
    }

    [Fact]
    public void Accept_RecordThatLastsAcrossWindows_IsInAllOfThem()
    {
        var timeline = new Timeline(Some.Sensor("camera"));

        timeline.Read(Camera, "a", Some.At(3), durationNs: 4 * Some.Ms); // [3,7)
        timeline.Read(Camera, "a", from: 5).Publish().Outcomes(Camera).ShouldBe("..");

        timeline.Read(Camera, "a", from: 10);
        timeline.Headers.Count.ShouldBe(2);
        timeline.Outcomes(Camera).ShouldBe("...");
    }

    [Fact]
    public void Accept_RejectionAmongTheSamples_PassesByWithItsAck()
    {
        var ack = new RecordAck(3);
        var aligner = new StreamAligner([Some.Sensor("camera")], new AlignOptions(new WindowPlan(5, 5), 0, 20, 0));

        Envelope<AlignedWindow> passed = aligner.Accept(Envelope<MediaSample>.OfNotice(Some.Rejection(), ack)).Single();

        passed.Notice.ShouldBeOfType<Rejection>();
        passed.Ack.ShouldBeSameAs(ack);
    }
}
