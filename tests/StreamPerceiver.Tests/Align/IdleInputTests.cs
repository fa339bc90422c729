using StreamPerceiver.Flow;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Align;

/// <summary>
/// When a window stops waiting for an input: the entity's other inputs are 20 ms past its last record, and its partition has nothing unread (<c>!</c>). Or the
/// entities of its partition agree that they are 60 ms past the window. Or the entity is quiet for the time to flush (<c>#</c>).
/// </summary>
public sealed class IdleInputTests
{
    private const int Camera = 0, Imu = 1;

    private readonly Timeline _timeline = new(Some.Sensor("camera"), Some.Sensor("imu"));

    [Fact]
    public void Accept_SecondInputSilentPastIdle_EmitsWindowWithoutIt()
    {
        //                            0    5    10   15   20
        _timeline.Read(Imu, /*    */ "aa");
        _timeline.Read(Camera, /* */ "a....a....a....a....a").Read(Imu, "!").Windows.ShouldBeEmpty(); // 19 ms after its last word

        _timeline.Read(Camera, "a", from: 21).Windows.ShouldBeEmpty(); // only as of 20 is it known to be silent
        _timeline.Read(Imu, "!").Windows.ShouldBe(["a@0 x.... xx...", "a@5 x.... .....", "a@10 x.... .....", "a@15 x.... ....."]);
        _timeline.Headers.ShouldAllBe(h => h.ClosedBy == CloseReason.Idle);
    }

    [Fact]
    public void Accept_SecondInputHasNeverSpoken_IsWaitedForAWhileAndNoLonger()
    {
        _timeline.Read(Camera, "a....a", from: 100).Read(Camera, "a", from: 119).Read(Imu, "!").Windows.ShouldBeEmpty();

        _timeline.Read(Camera, "a", from: 145).Read(Imu, "!").Windows.ShouldBe(["a@100 x.... .....", "a@105 x.... .....", "a@115 ....x ....."]);
    }

    [Fact]
    public void Accept_SecondInputHasUnreadRecords_IsWaitedForHoweverFarTheFirstRuns()
    {
        _timeline.Read(Imu, "a");
        _timeline.Read(Camera, "a....a").Read(Camera, "a!", from: 1_000_000).Windows.ShouldBeEmpty();

        _timeline.Read(Imu, "a..a", from: 2).Publish(); // the backlog arrives, and nothing of it is late
        _timeline.Windows.ShouldBe(["a@0 x.... x.x.."]);
        _timeline.Outcomes(Imu).ShouldBe("UU.");
    }

    [Fact]
    public void Accept_OneTopicCaughtUpAndTheOtherEmpty_DoesNotStall()
        => _timeline.Read(Imu, "!").Read(Camera, "a....a").Read(Camera, "a!", from: 100).Read(Imu, "!").Windows.Count.ShouldBe(2);

    [Fact]
    public void Accept_SilentInputIsConfirmedBeforeTheWindowEnds_IsWaitedForUntilItIsConfirmedAgain()
    {
        _timeline.Read(Imu, "a").Read(Camera, "a", from: 23).Read(Imu, "!"); // as of 23, imu is idle; [20,25) is not over
        _timeline.Windows.ShouldBe(["a@0 ..... x...."]);

        _timeline.Read(Camera, "a", from: 25).Windows.Count.ShouldBe(1); // imu may have an unread record between 23 and 25
        _timeline.Read(Imu, "a", from: 24).Read(Imu, "a", from: 25);
        _timeline.Windows.Skip(1).ShouldBe(["a@20 ...x. ....x"]);
    }

    [Fact]
    public void Accept_PartitionGoesOnWithSeveralEntities_TheOneThatIsFarBehindIsNotWaitedFor()
    {
        var timeline = new Timeline(Some.Sensor("camera"), Some.Sensor("imu")) { EntityIdleAfter = 60 };
        timeline.Read(Camera, "a....a").Read(Camera, "bc", from: 90).Read(Imu, "b", from: 90).Windows.ShouldBeEmpty(); // one alone proves nothing

        timeline.Read(Imu, "c", from: 91); // without a "!": two of two entities have gone on

        timeline.Windows.ShouldBe(["a@0 x.... .....", "a@5 x.... ....."]);
        timeline.Headers.ShouldAllBe(h => h.ClosedBy == CloseReason.Idle);
    }

    [Fact]
    public void Accept_EntityAsFarBehindAsAllowed_LosesNothing()
    {
        var timeline = new Timeline(Some.Sensor("camera")) { EntityIdleAfter = 60 };
        timeline.Read(Camera, "bc", from: 62).Read(Camera, "a....a....a").Publish();

        timeline.Windows.ShouldBe(["a@0 x....", "a@5 x...."]);
        timeline.Outcomes(Camera).ShouldBe("..UU.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void Accept_OneClockIsYearsAhead_NoOtherEntityIsLate(long entityIdleAfter)
    {
        var timeline = new Timeline(Some.Sensor("camera")) { EntityIdleAfter = entityIdleAfter };

        timeline.Read(Camera, "x", from: 1_000_000_000).Read(Camera, "a....a....a").Read(Camera, "!").Publish();

        timeline.Windows.ShouldBe(["a@0 x....", "a@5 x...."]);
        timeline.Outcomes(Camera).ShouldBe(".UU.");
    }

    [Fact]
    public void Accept_EntityIsQuietForTheTimeToFlush_ItsLastWindowsClose()
    {
        _timeline.Read(Camera, "a....a").Read(Imu, "a...").Read(Camera, "#").Windows.ShouldBeEmpty(); // imu may still have an unread record

        _timeline.Read(Imu, "#").Publish();

        _timeline.Windows.ShouldBe(["a@0 x.... x....", "a@5 x.... ....."]);
        _timeline.Headers.ShouldAllBe(h => h.ClosedBy == CloseReason.Flush);
        (_timeline.Outcomes(Camera), _timeline.Outcomes(Imu)).ShouldBe(("UU", "U"));

        _timeline.Read(Imu, "a", from: 9).Read(Imu, "a", from: 10);
        _timeline.Outcomes(Imu).ShouldBe("UL."); // 9 belonged to [5,10), which is out
    }

    [Fact]
    public void Accept_OneRecordFarAheadAndLateOnesSince_IsFlushedAndHoldsNothing()
    {
        var timeline = new Timeline(Some.Sensor("camera"));

        timeline.Read(Camera, "a", from: 1_000_000).Read(Camera, "a#a#", from: 3).Publish();

        timeline.Windows.ShouldBe(["a@1000000 x...."]);
        timeline.Outcomes(Camera).ShouldBe("ULL");
    }

    [Fact]
    public void Accept_EntityThatHadARecordSince_IsNotFlushed()
    {
        var timeline = new Timeline(Some.Sensor("camera"));

        timeline.Read(Camera, "a.b#").Windows.ShouldBe(["a@0 x....", "b@0 ..x.."]);
        timeline.Read(Camera, "a....a", from: 10).Windows.Skip(2).ShouldBe(["a@10 x...."]);
    }

    [Fact]
    public void Accept_InputComesBackAfterIdle_ItsOldRecordsAreLateAndItsNewOnesCount()
    {
        //                      0    5    10   15   20
        _timeline.Read(Imu, "a").Read(Camera, "a....a....a....a....a").Read(Imu, "!").Windows.Count.ShouldBe(4);

        _timeline.Read(Imu, "a", from: 2).Read(Imu, "aa....a", from: 24);
        _timeline.Read(Camera, "a....a", from: 25).Publish();

        _timeline.Windows.Skip(4).ShouldBe(["a@20 x.... ....x", "a@25 x.... x...."]);
        _timeline.Outcomes(Imu).ShouldBe("ULUU.");
    }
}
