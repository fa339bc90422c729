using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Tests.Batch;

/// <summary>Batches of at most three windows; the oldest waits at most 20 ms. A hang is ended by the timeouts; nothing is measured.</summary>
public sealed class MicroBatcherTests
{
    private const int HangMs = 60_000;

    private readonly FakeTimeProvider _time = new();
    private readonly StageCounts _counts = new("batch");
    private readonly MicroBatcher _batcher;

    public MicroBatcherTests() => _batcher = Batcher(_time);

    [Fact(Timeout = HangMs)]
    public async Task Take_AsManyAsABatchHolds_ClosesByCountInOrder()
    {
        await SendAsync(_batcher, "a", "b", "c", "d", "e", "f");

        (await ReceiveAsync(_batcher)).ShouldBe("Count abc");
        (await ReceiveAsync(_batcher)).ShouldBe("Count def");
        (_counts.In, _counts.Out).ShouldBe((6, 2));
    }

    [Fact(Timeout = HangMs)]
    public async Task Take_DeadlineOfTheOldestWindow_ClosesWhatIsThere()
    {
        await SendAsync(_batcher, "a");
        await PassANoticeAsync(_batcher);
        _time.Advance(TimeSpan.FromMilliseconds(15));
        await SendAsync(_batcher, "b"); // does not put the deadline off
        await PassANoticeAsync(_batcher);

        _time.Advance(TimeSpan.FromMilliseconds(5));

        (await ReceiveAsync(_batcher)).ShouldBe("Deadline ab");
    }

    [Fact(Timeout = HangMs)]
    public async Task Take_BatchClosedByCount_ItsDeadlineDoesNotConcernTheNext()
    {
        await SendAsync(_batcher, "a");
        await PassANoticeAsync(_batcher);
        _time.Advance(TimeSpan.FromMilliseconds(15));
        await SendAsync(_batcher, "b", "c", "d");
        await PassANoticeAsync(_batcher, first: "Count abc");

        _time.Advance(TimeSpan.FromMilliseconds(19)); // past the deadline of a, not of d
        await SendAsync(_batcher, "e");
        await PassANoticeAsync(_batcher);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        (await ReceiveAsync(_batcher)).ShouldBe("Deadline de");
    }

    [Fact(Timeout = HangMs)]
    public async Task Take_TimerFiresEarly_SetsItAgain()
    {
        var hasty = new HastyTime(_time, early: TimeSpan.FromMilliseconds(4));
        MicroBatcher batcher = Batcher(hasty);
        await SendAsync(batcher, "a", "b");
        await PassANoticeAsync(batcher);

        _time.Advance(TimeSpan.FromMilliseconds(16)); // the timer fires, and a has waited 16 of 20 ms
        await PassANoticeAsync(batcher);
        batcher.CountClosed(BatchCloseReason.Deadline).ShouldBe(0);

        _time.Advance(TimeSpan.FromMilliseconds(4));
        (await ReceiveAsync(batcher)).ShouldBe("Deadline ab");
    }

    [Fact(Timeout = HangMs)]
    public async Task Complete_WindowsInTheOpenBatch_ComeOutBeforeTheEnd()
    {
        await SendAsync(_batcher, "a", "b", "c", "d");
        _batcher.Complete();

        (await ReceiveAsync(_batcher)).ShouldBe("Count abc");
        (await ReceiveAsync(_batcher)).ShouldBe("End d");
        await _batcher.Completion;
    }

    [Fact(Timeout = HangMs)]
    public async Task Complete_NothingOpen_EndsWithoutABatch()
    {
        _batcher.Complete();

        await _batcher.Completion;
        _counts.Out.ShouldBe(0);
    }

    [Fact(Timeout = HangMs)]
    public async Task Take_Notice_OvertakesTheOpenBatchWithItsAck()
    {
        var ack = new RecordAck(9);
        await SendAsync(_batcher, "a");
        await _batcher.SendAsync(Envelope<TokenisedWindow>.OfNotice(Some.Rejection(), ack));

        Envelope<TokenBatch> passed = await _batcher.ReceiveAsync();

        passed.Notice.ShouldBeOfType<Rejection>();
        passed.Ack.ShouldBeSameAs(ack);
        _counts.In.ShouldBe(1);
    }

    [Fact(Timeout = HangMs)]
    public async Task Take_Windows_KeepTheirOwnAcks()
    {
        Envelope<TokenisedWindow>[] windows = [Some.Window("a"), Some.Window("b"), Some.Window("c")];
        foreach (var window in windows) await _batcher.SendAsync(window);

        Envelope<TokenBatch> batch = await _batcher.ReceiveAsync();

        batch.Ack.ShouldBeNull();
        batch.Value!.Windows.ShouldBe(windows);
    }

    [Fact(Timeout = HangMs)]
    public async Task Closed_CountsBatchesByReason()
    {
        await SendAsync(_batcher, "a", "b", "c", "d");
        await PassANoticeAsync(_batcher, first: "Count abc");
        _time.Advance(TimeSpan.FromMilliseconds(20));
        await ReceiveAsync(_batcher);
        await SendAsync(_batcher, "e");
        _batcher.Complete();
        await ReceiveAsync(_batcher);
        await _batcher.Completion;

        Enum.GetValues<BatchCloseReason>().Select(_batcher.CountClosed).ShouldBe([1, 1, 1]);
    }

    private MicroBatcher Batcher(TimeProvider time) => new(new BatchPolicy(new BatchOptions { MaxWindows = 3, MaxWaitMs = 20 }), _counts, 8, time);

    private static async Task SendAsync(MicroBatcher batcher, params string[] entities)
    {
        foreach (string entity in entities) (await batcher.SendAsync(Some.Window(entity))).ShouldBeTrue();
    }

    private static async Task<string> ReceiveAsync(MicroBatcher batcher)
    {
        TokenBatch batch = (await batcher.ReceiveAsync()).Value!;
        return $"{batch.ClosedBy} {string.Concat(batch.Windows.Select(w => w.Value!.Header.Entity))}";
    }

    // Once the notice is out, everything sent before it has been taken and its timer set.
    private static async Task PassANoticeAsync(MicroBatcher batcher, string? first = null)
    {
        await batcher.SendAsync(Envelope<TokenisedWindow>.OfNotice(new LaneClosed(0)));
        if (first is not null) (await ReceiveAsync(batcher)).ShouldBe(first);
        (await batcher.ReceiveAsync()).Notice.ShouldBeOfType<LaneClosed>();
    }

    private sealed class HastyTime(FakeTimeProvider time, TimeSpan early) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
            => new HastyTimer(time.CreateTimer(callback, state, dueTime, period), early);
    }

    private sealed class HastyTimer(ITimer timer, TimeSpan early) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime > early ? dueTime - early : dueTime, period);

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
