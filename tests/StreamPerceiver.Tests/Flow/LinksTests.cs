using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Tests.Flow;

public sealed class LinksTests
{
    private readonly StageCounts _counts = new("test");

    [Fact]
    public async Task Then_SourceCompletes_EverythingSentComesThroughAndTheEndCompletes()
    {
        List<string> seen = [];
        var (first, second, end) = Line(text => text, item => seen.Add(item.Value!));
        for (int i = 0; i < 20; i++) await first.SendAsync(Value(i));

        first.Complete();
        await Links.RunToEndAsync(first, second, end);

        seen.ShouldBe(Enumerable.Range(0, 20).Select(i => i.ToString()));
    }

    [Fact(Timeout = 60_000)]
    public async Task RunToEndAsync_StageInTheMiddleThrows_RethrowsItsOwnExceptionAndEndsAllBlocks()
    {
        var bug = new InvalidOperationException("a bug");
        var (first, second, end) = Line(text => text == "3" ? throw bug : text, _ => { });
        Task run = Links.RunToEndAsync(first, second, end);
        for (int i = 0; i < 10 && await first.SendAsync(Value(i)); i++) { }

        (await Should.ThrowAsync<InvalidOperationException>(run)).ShouldBeSameAs(bug);
        await Should.ThrowAsync<Exception>(Task.WhenAll(first.Completion, second.Completion, end.Completion));
    }

    [Fact(Timeout = 60_000)]
    public async Task RunToEndAsync_LastBlockThrowsWhileAllAreFull_NoSenderIsLeftWaiting()
    {
        var fill = new TaskCompletionSource();
        var (first, second, end) = Line(text => text, _ => throw new InvalidOperationException("the broker is gone"), fill.Task);
        Task run = Links.RunToEndAsync(first, second, end);
        for (int i = 0; i < 6; i++) (await first.SendAsync(Value(i))).ShouldBeTrue(); // three blocks that hold two each
        Task<bool> waiting = first.SendAsync(Value(99));

        fill.SetResult();

        (await Should.ThrowAsync<InvalidOperationException>(run)).Message.ShouldBe("the broker is gone");
        await Should.ThrowAsync<Exception>(Task.WhenAll(first.Completion, second.Completion, end.Completion));
        await waiting; // taken or refused, but not for ever undecided
        (await first.SendAsync(Value(100))).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task RunToEndAsync_LastBlockThrowsAfterTheFirstWasCompleted_WhatIsUndeliveredHoldsNothingUp()
    {
        // Whether the first block has already ended its input when the fault comes depends on threads: many rounds meet both.
        for (int round = 0; round < 300; round++)
        {
            var fill = new TaskCompletionSource();
            var (first, second, end) = Line(text => text, _ => throw new InvalidOperationException("the broker is gone"), fill.Task);
            Task run = Links.RunToEndAsync(first, second, end);
            for (int i = 0; i < 6; i++) await first.SendAsync(Value(i)); // three blocks that hold two each
            first.Complete();

            fill.SetResult();

            (await Should.ThrowAsync<InvalidOperationException>(run)).Message.ShouldBe("the broker is gone");
        }
    }

    [Fact]
    public async Task RunToEndAsync_OneBlockFaults_WaitsForTheOthersToEnd()
    {
        // What a caller disposes of afterwards, the model above all, may be in use until the last block has ended.
        var broken = new StandInBlock();
        var busy = new StandInBlock();
        broken.Ending.SetException(new InvalidOperationException("a bug"));

        Task run = Links.RunToEndAsync(broken, busy);

        (await busy.Faulted.Task).Message.ShouldBe("a bug");
        run.IsCompleted.ShouldBeFalse();
        busy.Ending.SetResult();
        await Should.ThrowAsync<InvalidOperationException>(run);
    }

    private static Envelope<string> Value(int i) => Envelope<string>.OfValue(i.ToString(), new RecordAck(i));

    private (ITargetBlock<Envelope<string>> First, IDataflowBlock Second, IDataflowBlock End) Line(
        Func<string, string> middle, Action<Envelope<string>> last, Task? before = null)
    {
        var first = Stage.Each<string, string>(_counts, text => text, capacity: 2);
        var second = Stage.Each(_counts, middle, capacity: 2);
        var end = Stage.End<string>(_counts, EndAsync, capacity: 2);
        first.Then(second).Then(end);
        return (first, second, end);

        async Task EndAsync(Envelope<string> item)
        {
            if (before is not null) await before;
            last(item);
        }
    }

    private sealed class StandInBlock : IDataflowBlock
    {
        public TaskCompletionSource Ending { get; } = new();

        public TaskCompletionSource<Exception> Faulted { get; } = new();

        public Task Completion => Ending.Task;

        public void Complete() => Ending.TrySetResult();

        public void Fault(Exception exception) => Faulted.TrySetResult(exception);
    }
}
