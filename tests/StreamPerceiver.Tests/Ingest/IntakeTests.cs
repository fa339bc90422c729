using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Ingest;

public sealed class IntakeTests : ILaneLoad
{
    private int? _slowLane;

    private static readonly SourcePartition Camera = new("cam", 3);

    private readonly StageCounts _counts = new("ingest");
    private readonly Intake _intake;

    public IntakeTests() => _intake = new Intake(
        [Some.Sensor("cam"), Some.Sensor("imu")],
        new IntakeOptions { SpanNs = 100 * Some.Ms, ScarceAheadNs = 100 * Some.Ms, IdleAfterNs = 10 * Some.Ms, FlushAfterNs = 0, MaxFutureNs = 0 },
        _counts,
        new MemoryBudget(1 << 20),
        this);

    public long SlowRecords => 0;

    public bool IsSlow(int lane) => lane == _slowLane;

    [Fact]
    public void PauseChanges_LaneThatWaitsForASlowRecord_PausesThatLaneAlone()
    {
        _intake.OpenLane(3);
        _intake.OpenLane(4);
        _intake.NoteSlowLanes().ShouldBeFalse();

        _slowLane = 3;
        (_intake.NoteSlowLanes(), _intake.NoteSlowLanes()).ShouldBe((true, false));
        _intake.PauseChanges(null).ShouldBe([(Camera, true), (new SourcePartition("imu", 3), true)]);

        _slowLane = null;
        _intake.NoteSlowLanes().ShouldBeTrue();
        _intake.PauseChanges(null).ShouldBe([(Camera, false), (new SourcePartition("imu", 3), false)]);
    }

    [Fact]
    public void Take_FirstRecordOfALane_FollowsTheNoticeThatTheLaneBegins()
    {
        _intake.OpenLane(3);
        Take("cam", 7, ms: 50);
        Take("cam", 8, ms: 51);

        Envelope<RawRecord>[] run = _intake.TakeRun();

        run[0].Notice.ShouldBeOfType<LaneOpened>().Lane.ShouldBe(3);
        run[1..].Select(e => e.Value!.Record.Offset).ShouldBe([7, 8]);
        _intake.TakeRun().ShouldBeEmpty();
    }

    [Fact]
    public void OpenLane_WhereRecordsWereDeleted_GoesOnBehindThemAndTellsOfItBeforeAnyRecord()
    {
        IReadOnlyList<long?> starts = _intake.OpenLane(3, new LaneProgress(), [new PartitionState(7, 12), new PartitionState(5, 5)]);
        Take("cam", 12, ms: 50);

        starts.ShouldBe([12, 5]);
        Envelope<RawRecord>[] run = _intake.TakeRun();
        run[0].Notice.ShouldBeOfType<LaneOpened>();
        run[1].Notice.ShouldBe(new RecordsLost(3, "cam", 7, 12));
        run[^1].Ack!.Release(Outcome.Used);
        _intake.CommittableOffsets().ShouldBeEmpty(); // the loss is not stored yet
        run[1].Ack!.Release(Outcome.Skipped);
        _intake.CommittableOffsets().ShouldBe([new PartitionOffset("cam", 3, 13)]);
        _intake.Accounts.Single(a => a.Input == "cam").ShouldBe(new RecordAccount("cam", 3, 1, 1, 0, 0, 0, 0) { Lost = 5 });
    }

    [Fact]
    public void NoteEnd_OfAPartitionWhoseRecordsAreSettled_MayBeCommitted()
    {
        _intake.OpenLane(3, new LaneProgress(), [new PartitionState(7, 0), new PartitionState(5, 0)]);

        _intake.NoteEnd(Camera, 9); // two markers of transactions
        _intake.NoteEnd(new SourcePartition("imu", 3), 5);

        _intake.CommittableOffsets().ShouldBe([new PartitionOffset("cam", 3, 9)]);
    }

    [Fact]
    public void Take_TopicThatIsNoInput_IsRefusedWithTheRecordsName()
    {
        _intake.OpenLane(3);

        Should.Throw<StreamPerceiverException>(() => Take("lidar", 7, ms: 0))
            .Message.ShouldBe("lidar/3/7: not an input of the pipeline, expected one of cam, imu");
    }

    [Fact]
    public void TakeRun_ManySmallRecordsOrALargeOne_IsDueBeforeMoreIsRead()
    {
        _intake.OpenLane(3);
        for (int i = 0; i < 30; i++) Take("cam", i, ms: 0);
        _intake.HasFullRun.ShouldBeFalse(); // with the notice, 31
        Take("cam", 30, ms: 0);
        _intake.HasFullRun.ShouldBeTrue();

        _intake.CountSent(_intake.TakeRun());
        (_intake.HasFullRun, _counts.Out).ShouldBe((false, 31));

        Take("cam", 31, ms: 0, bytes: 64 << 10);
        _intake.HasFullRun.ShouldBeTrue();
    }

    [Fact]
    public void Close_LaneWithAPausedPartition_NamesItSoThatItIsNotPausedWhenItComesBack()
    {
        _intake.OpenLane(3);
        Take("cam", 0, ms: 0);
        Take("cam", 1, ms: 500); // far ahead of imu, which has no record
        _intake.PauseChanges(only: null).ShouldBe([(Camera, true)]);

        _intake.RevokeLanes([3]);
        _intake.CloseLanes([3]).ShouldBe([Camera]);

        _intake.OpenLane(3);
        _intake.PauseChanges(only: null).ShouldBeEmpty(); // it begins unpaused
        _intake.CloseLanes([3]).ShouldBeEmpty();
    }

    [Fact]
    public void Close_LaneWhoseOpeningHasFailed_IsNothing()
    {
        _intake.RevokeLanes([3]);

        _intake.CloseLanes([3]).ShouldBeEmpty();
        _intake.TakeRun().ShouldBeEmpty();
    }

    [Fact]
    public void Open_ReadFromIsKnown_BeginsThereAndTheRestIsAsItWas()
    {
        var progress = new LaneProgress();
        progress.TryAdd("read-from/cam", "10");
        progress.TryAdd("read-from/imu", "10");
        progress.TryAdd("reported/cam", "45");

        IReadOnlyList<long?> starts = _intake.OpenLane(3, progress, [new PartitionState(40, LogStart: 12), new PartitionState(null, LogStart: 12)]);

        starts.ShouldBe([12, null]); // 10 and 11 are gone; without a commit there is no lookback

        foreach (long offset in new[] { 39, 40, 45, 46 }) Take("cam", offset, ms: 0);
        RecordAck[] acks = [.. _intake.TakeRun().Where(e => e.Value is not null).Select(e => (RecordAck)e.Ack!)];
        acks.Select(a => a.IsLookback).ShouldBe([true, false, false, false]);
        acks.Select(a => a.IsReported).ShouldBe([true, true, true, false]);
        _intake.CommittableOffsets().ShouldBeEmpty(); // what is read again does not take the group back
    }

    [Fact]
    public void Open_WithoutAnOffset_BeginsWhereItIsToldAndCommitsThatBeforeARecord()
    {
        _intake.OpenLane(3, new LaneProgress(), [new PartitionState(null, LogStart: 0, Begin: 12), new PartitionState(40, LogStart: 0, Begin: 12)])
            .ShouldBe([12, 40]);

        _intake.CommittableOffsets().ShouldBe([new PartitionOffset("cam", 3, 12)]);
        _intake.NoteCommitted(_intake.CommittableOffsets());
        _intake.CommittableOffsets().ShouldBeEmpty();
    }

    [Fact]
    public void ConfirmAllSilent_AfterTheLastRecord_TellsTheGraphThatEveryInputWasReadToItsEnd()
    {
        _intake.OpenLane(3);
        Take("cam", 0, ms: 70);
        Take("imu", 0, ms: 50);
        _intake.TakeRun();

        _intake.ConfirmAllSilent();

        var marks = new SilenceMarks(Latest: 1, BeforeTheWait: 1, BeforeTheFlush: 0);
        Notice[] expected = [new LaneMarked(3, 1), new ReadToEnd(3, 0, marks), new ReadToEnd(3, 1, marks)];
        _intake.TakeRun().Select(e => e.Notice).ShouldBe(expected);
    }

    [Fact]
    public void Accounts_LaneThatHasGoneAndComesBack_AddUpBoth()
    {
        for (int time = 0; time < 2; time++)
        {
            _intake.OpenLane(3);
            Take("cam", 0, ms: 0);
            foreach (Envelope<RawRecord> item in _intake.TakeRun()) item.Ack?.Release(Outcome.Used);
            _intake.CloseLanes([3]);
        }

        _intake.Accounts.ShouldBe([new RecordAccount("cam", 3, 2, 2, 0, 0, 0, 0), new RecordAccount("imu", 3, 0, 0, 0, 0, 0, 0)]);
    }

    private void Take(string topic, long offset, long ms, int bytes = 1)
        => _intake.TakeRecord(new SourceRecord(topic, 3, offset, ms, Encoding.UTF8.GetBytes("press-7"), new byte[bytes], []));
}
