using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Flow;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Flow;

public sealed class StageTests
{
    private readonly StageCounts _counts = new("test");

    [Fact]
    public async Task Each_ValuesAndNotices_KeepTheirAcksAndAreCounted()
    {
        RecordAck good = new(1), refusedBefore = new(3);
        var stage = Stage.Each<string, string>(_counts, text => text, capacity: 10);
        stage.Post(Envelope<string>.OfValue("good", good));
        stage.Post(Envelope<string>.OfNotice(Some.Rejection(3), refusedBefore));

        IReadOnlyList<Envelope<string>> results = await EndAsync(stage);

        results.Select(r => r.Ack).ShouldBe([good, refusedBefore]);
        results.Select(r => r.Value).ShouldBe(["good", null]);
        (_counts.In, _counts.Out, _counts.Rejected).ShouldBe((1, 1, 0));
    }

    [Fact]
    public async Task ManyOfRun_TakesARunsItemsOneAfterTheOther()
    {
        var stage = Stage.ManyOfRun<string, string>(_counts, item => item.Value is "0" ? [] : [item, item], capacity: 10);
        stage.Post([Value(1), Value(0), Value(2)]);
        stage.Post([Value(3)]);

        IReadOnlyList<Envelope<string>> results = await EndAsync(stage);

        results.Select(r => r.Value).ShouldBe(["1", "1", "2", "2", "3", "3"]);
        (_counts.In, _counts.Out).ShouldBe((4, 6));
    }

    [Fact]
    public async Task Many_AnyNumberOut_KeepsOrderAndCountsValuesOnly()
    {
        var stage = Stage.Many<string, string>(_counts, RepeatAsync, parallelism: 10);
        foreach (int i in new[] { 2, 0, 3 }) stage.Post(Value(i));
        stage.Post(Envelope<string>.OfNotice(new LaneClosed(1)));

        IReadOnlyList<Envelope<string>> results = await EndAsync(stage);

        results.Select(r => r.Value).ShouldBe(["2", "2", "3", "3", "3", null]);
        (_counts.In, _counts.Out).ShouldBe((3, 5));

        static Task<IReadOnlyList<Envelope<string>>> RepeatAsync(Envelope<string> item)
            => Task.FromResult<IReadOnlyList<Envelope<string>>>(
                item.Value is { } text ? [.. Enumerable.Repeat(item, int.Parse(text))] : [item.ForwardNotice<string>()]);
    }

    [Fact]
    public async Task Many_SeveralInWork_GivesTheFirstResultFirstHoweverLongItTakes()
    {
        TaskCompletionSource first = new(), secondIsDone = new();
        var stage = Stage.Many<string, string>(_counts, WorkAsync, parallelism: 2);
        stage.Post(Value(1));
        stage.Post(Value(2));

        await secondIsDone.Task;
        first.SetResult();

        (await EndAsync(stage)).Select(r => r.Value).ShouldBe(["1", "2"]);

        async Task<IReadOnlyList<Envelope<string>>> WorkAsync(Envelope<string> item)
        {
            if (item.Value == "1") await first.Task;
            else secondIsDone.SetResult();
            return [item];
        }
    }

    [Fact]
    public async Task End_TakesOneAtATimeInOrder()
    {
        List<string> events = [];
        var stage = Stage.End<string>(_counts, TakeAsync, capacity: 10);
        foreach (int i in new[] { 1, 2, 3 }) stage.Post(Value(i));

        stage.Complete();
        await stage.Completion;

        events.ShouldBe(["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"]);
        (_counts.In, _counts.Out).ShouldBe((3, 3));

        async Task TakeAsync(Envelope<string> item)
        {
            events.Add($"begin {item.Value}");
            await Task.Yield();
            events.Add($"end {item.Value}");
        }
    }

    [Fact]
    public async Task Each_MethodThrows_FaultsTheBlock()
    {
        var stage = Stage.Each<string, string>(_counts, _ => throw new InvalidOperationException("a bug"), capacity: 10);
        stage.Post(Value(1));

        (await Should.ThrowAsync<InvalidOperationException>(stage.Completion)).Message.ShouldBe("a bug");
        stage.Post(Value(2)).ShouldBeFalse();
    }

    // each [in + in work + out: 3] -> end [waiting + in work: 2]
    [Fact(Timeout = 60_000)]
    public async Task Capacity_EndStands_TakesWhatTheBlocksHoldAndNoMore()
    {
        const int EachHolds = 3, EndHolds = 2;
        var open = new TaskCompletionSource();
        var each = Stage.Each<string, string>(new StageCounts("each"), text => text, EachHolds);
        var end = Stage.End<string>(_counts, _ => open.Task, EndHolds);
        each.Then(end);

        for (int i = 0; i < EachHolds + EndHolds; i++) (await each.SendAsync(Value(i))).ShouldBeTrue();
        Task<bool> oneMore = each.SendAsync(Value(99));
        oneMore.IsCompleted.ShouldBeFalse();

        open.SetResult();
        (await oneMore).ShouldBeTrue();
        each.Complete();
        await end.Completion;
        _counts.Out.ShouldBe(EachHolds + EndHolds + 1);
    }

    private static Envelope<string> Value(int i) => Envelope<string>.OfValue(i.ToString(), new RecordAck(i));

    private static async Task<IReadOnlyList<T>> EndAsync<T>(ISourceBlock<T> stage)
    {
        stage.Complete();
        List<T> results = [];
        while (await stage.OutputAvailableAsync()) results.Add(await stage.ReceiveAsync());
        await stage.Completion;
        return results;
    }
}
