using Confluent.Kafka;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Ingest;

public sealed class PartitionBookTests
{
    private static readonly TopicPartition[] Lane = [new("cam", 3), new("imu", 3)];

    private readonly PartitionBook _book = new(
        [Some.Sensor("cam"), Some.Sensor("imu")],
        new IngestOptions { BootstrapServers = "b", GroupId = "g", ProgressTopic = "progress", SpanNs = 100 * Some.Ms, IdleAfterNs = 10 * Some.Ms, ScarceAheadNs = 100 * Some.Ms, MaxFutureNs = 0 },
        new MemoryBudget(1 << 20));

    [Fact]
    public void Forget_LaneWithAPausedPartition_NamesItSoThatItIsNotPausedWhenItComesBack()
    {
        _book.Open([3]);
        _book.Saw(Lane[0], 0, Some.At(0), TimeSpan.Zero);
        _book.Saw(Lane[0], 1, Some.At(500), TimeSpan.Zero); // far ahead of imu, which has not spoken
        _book.PauseChanges(only: null).ShouldBe([(Lane[0], true)]);

        _book.GiveUp([3]);
        _book.Forget([3]).ShouldBe([Lane[0]]);

        _book.Open([3]);
        _book.PauseChanges(only: null).ShouldBeEmpty(); // it begins unpaused
        _book.Forget([3]).ShouldBeEmpty();
    }

    [Fact]
    public void Restore_ReadFromIsKnown_BeginsThereAndTheRestIsAsItWas()
    {
        _book.Open([3]);
        var progress = new LaneProgress();
        progress.TryAdd("read-from/cam", 10);
        progress.TryAdd("read-from/imu", 10);
        progress.TryAdd("reported/cam", 45);

        var starts = _book.Restore([(Lane[0], 40), (Lane[1], null)], new Dictionary<int, LaneProgress> { [3] = progress }, Lane.ToDictionary(p => p, _ => 12L));

        (starts[Lane[0]], starts[Lane[1]]).ShouldBe((12, Offset.Beginning.Value)); // 10 and 11 are gone; no commit, no lookback
        (_book.Track(Lane[0], 39).Ack.IsLookback, _book.Track(Lane[0], 40).Ack.IsLookback).ShouldBe((true, false));
        (_book.Track(Lane[0], 45).Ack.IsReported, _book.Track(Lane[0], 46).Ack.IsReported).ShouldBe((true, false));
        _book.Committable().ShouldBeEmpty(); // what is read again does not take the group back
    }

    [Fact]
    public void Accounts_LaneThatHasGoneAndComesBack_AddUpBoth()
    {
        for (int time = 0; time < 2; time++)
        {
            _book.Open([3]);
            _book.Track(Lane[0], 0).Ack.Release(Outcome.Used);
            _book.Forget([3]);
        }

        _book.Accounts().ShouldBe([new RecordAccount("cam", 3, 2, 2, 0, 0, 0, 0), new RecordAccount("imu", 3, 0, 0, 0, 0, 0, 0)]);
    }
}
