using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Tests.Batch;

/// <summary>The batcher among other blocks: bounded, and never the one that hangs.</summary>
public sealed class MicroBatcherFlowTests
{
    private const int HangMs = 10_000;
    private const int Capacity = 4;
    private const int BatchesReady = 1;

    // [waiting and in work: Capacity] [open batch: all but the window that fills it] [ready: 2 batches]
    [Theory(Timeout = HangMs)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Take_NobodyReceives_HoldsSoManyWindowsAndNoMore(int maxWindows)
    {
        MicroBatcher batcher = Batcher(maxWindows);
        int holds = Capacity + (maxWindows - 1) + BatchesReady * maxWindows;

        for (int i = 0; i < holds; i++) (await batcher.SendAsync(Some.Window())).ShouldBeTrue();
        Task<bool> oneMore = batcher.SendAsync(Some.Window());
        oneMore.IsCompleted.ShouldBeFalse();

        await batcher.ReceiveAsync();
        (await oneMore).ShouldBeTrue();
    }

    [Fact(Timeout = HangMs)]
    public async Task Fault_Empty_EndsWithIt()
    {
        MicroBatcher batcher = Batcher(3);

        batcher.Fault(new InvalidOperationException("a bug"));

        (await Should.ThrowAsync<Exception>(batcher.Completion)).GetBaseException().Message.ShouldBe("a bug");
        (await batcher.SendAsync(Some.Window())).ShouldBeFalse();
    }

    [Fact(Timeout = HangMs)]
    public async Task Fault_UpstreamThrows_ReachesTheEndOfTheLine()
    {
        MicroBatcher batcher = Batcher(3);
        var counts = new StageCounts("test");
        var before = Stage.Each<string, TokenisedWindow>(counts, _ => throw new InvalidOperationException("a bug"), capacity: 2);
        var end = Stage.End<TokenBatch>(counts, _ => Task.CompletedTask, capacity: 2);
        before.Then(batcher).Then(end);
        Task run = Links.RunToEndAsync(before, batcher, end);

        before.Post(Envelope<string>.OfValue("x", new RecordAck(0)));

        (await Should.ThrowAsync<InvalidOperationException>(run)).Message.ShouldBe("a bug");
        await Should.ThrowAsync<Exception>(end.Completion);
    }

    [Fact(Timeout = HangMs)]
    public async Task Fault_WhileABatchWaitsForRoom_EndsAllTheSame()
    {
        // The stage behind has thrown and takes nothing more; the batcher stands with a batch ready and one in its hands.
        MicroBatcher batcher = Batcher(1);
        for (int i = 0; i < Capacity + BatchesReady; i++) await batcher.SendAsync(Some.Window());

        batcher.Fault(new InvalidOperationException("a bug"));

        await Should.ThrowAsync<Exception>(batcher.Completion);
    }

    private static MicroBatcher Batcher(int maxWindows)
        => new(new BatchPolicy(new BatchOptions { MaxWindows = maxWindows, MaxWaitMs = 20 }), new StageCounts("batch"), Capacity, new FakeTimeProvider());
}
