using StreamPerceiver.Flow;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Align;

/// <summary>
/// When a window stops waiting for an input: its partition has gone past the window, and 20 ms past its last record of the entity. Or the partition has
/// nothing unread up to there (<c>!</c>, as of where the lane is then).
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
    public void Accept_PartitionGoesOnWithAnotherEntity_TheSilentOneIsNotWaitedFor()
    {
        _timeline.Read(Imu, "b").Read(Camera, "a....a").Read(Camera, "b", from: 21).Windows.ShouldBeEmpty();

        _timeline.Read(Imu, "b", from: 26); // without a "!": the partition itself shows it

        _timeline.Windows.ShouldBe(["b@0 ..... x....", "a@0 x.... ....."]);
    }

    [Fact]
    public void Accept_AllInputsSilent_ClosesAsTheLaneGoesOnWithAnotherEntity()
    {
        _timeline.Read(Camera, "a").Read(Imu, "a");

        _timeline.Read(Camera, "b", from: 30).Windows.ShouldBeEmpty();
        _timeline.Read(Imu, "b", from: 33).Windows.ShouldBe(["a@0 x.... x...."]);
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
