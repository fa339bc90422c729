using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Flow;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Flow;

/// <summary>A record is a text; its lane is the number behind its @, or 0. Heavy ones are worked on by lane.</summary>
public sealed class LaneSplitterTests
{
    private const int SlowAfterMs = 1000;

    private readonly StageCounts _counts = new("test");
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _slow = [];

    [Fact]
    public async Task Runs_InParallel_KeepTheOrderOfValuesAndNotices()
    {
        // 0 waits for 1, 2 for 3 and so on: only a stage that runs two at once gets to the end.
        var later = Enumerable.Range(0, 8).Select(_ => new TaskCompletionSource()).ToArray();
        var stage = Splitter(Work);
        for (int i = 0; i < later.Length; i++) await stage.Block.SendAsync([Value(i), Envelope<string>.OfNotice(new LaneClosed(i))]);

        IReadOnlyList<Envelope<string>[]> results = await EndAsync(stage);

        results.SelectMany(run => run).Select(r => r.Value ?? ((LaneClosed)r.Notice!).Lane.ToString())
            .ShouldBe(Enumerable.Range(0, 8).SelectMany(i => new[] { $"did {i}", $"{i}" }));

        Rejection? Work(string text, List<string> into)
        {
            int i = int.Parse(text);
            if (i % 2 == 0) later[i + 1].Task.Wait();
            later[i].SetResult();
            into.Add($"did {text}");
            return null;
        }
    }

    // "a b !" is a record of two values and a bad rest.
    [Fact]
    public async Task ValuesRejectionsAndNotices_StayInTheirRunAndShareTheirRecordsAck()
    {
        RecordAck good = new(1), bad = new(2), mixed = new(3);
        Rejection rejection = Some.Rejection();
        var stage = Splitter(Split, parallelism: 1);
        await stage.Block.SendAsync(
        [
            Envelope<string>.OfValue("!", bad), Envelope<string>.OfNotice(new LaneClosed(1)),
            Envelope<string>.OfValue("a b !", mixed), Envelope<string>.OfValue("c", good),
        ]);

        Envelope<string>[] results = (await EndAsync(stage)).ShouldHaveSingleItem();

        results.Select(r => r.Value).ShouldBe([null, null, "a", "b", null, "c"]);
        results.Select(r => r.Ack).ShouldBe([bad, null, mixed, mixed, mixed, good]);
        results.Select(r => r.Notice?.GetType()).ShouldBe([typeof(Rejection), typeof(LaneClosed), null, null, typeof(Rejection), null]);
        (_counts.In, _counts.Out, _counts.Rejected).ShouldBe((3, 3, 2));

        foreach (Envelope<string> result in results[..4]) result.Ack?.Release(Outcome.Used);
        mixed.Settled.ShouldBeNull("its last part is still in work");
        results[4].Ack!.Release(Outcome.Rejected);
        (bad.Settled, mixed.Settled).ShouldBe((Outcome.Used, Outcome.Used));

        Rejection? Split(string text, List<string> into)
        {
            string[] parts = text.Split(' ');
            into.AddRange(parts.Where(p => p != "!"));
            return parts.Contains("!") ? rejection : null;
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ARecordThatTakesLong_HoldsUpItsOwnLaneAloneAndIsNamed(int parallelism)
    {
        TaskCompletionSource begun = new(), release = new();
        var stage = Splitter(Work, parallelism);
        await stage.Block.SendAsync([Heavy("long@0"), Heavy("a@1")]);
        await stage.Block.SendAsync([Heavy("b@0"), Heavy("c@1"), Envelope<string>.OfNotice(new LaneClosed(0)), Envelope<string>.OfNotice(new LaneClosed(1))]);
        await begun.Task;

        (stage.IsSlow(0), _slow.Count).ShouldBe((false, 0));
        _time.Advance(TimeSpan.FromMilliseconds(SlowAfterMs));
        (stage.IsSlow(0), stage.IsSlow(1), stage.SlowRecords).ShouldBe((true, false, 1));
        _slow.ShouldBe(["long@0"]);

        (await TakeAsync(stage, 3)).ShouldBe(["a@1", "c@1", "closed 1"]);
        release.SetResult();
        (await TakeAsync(stage, 3)).ShouldBe(["long@0", "b@0", "closed 0"]);
        (stage.IsSlow(0), stage.SlowRecords, _counts.Out).ShouldBe((false, 1, 4));

        Rejection? Work(string text, List<string> into)
        {
            if (text == "long@0")
            {
                begun.SetResult();
                release.Task.Wait();
            }

            into.Add(text);
            return null;
        }
    }

    // What a slow lane has in the block leaves room for the others.
    [Fact(Timeout = 60_000)]
    public async Task ASlowLane_DoesNotFillTheBlock()
    {
        const int Capacity = 4;
        TaskCompletionSource begun = new(), release = new();
        var stage = Splitter(Work, capacity: Capacity);
        await stage.Block.SendAsync([Heavy("long@0")]);
        await begun.Task;
        for (int i = 1; i < Capacity; i++) await stage.Block.SendAsync([Heavy($"{i}@0")]);
        Task<bool> other = stage.Block.SendAsync([Heavy("a@1")]), another = stage.Block.SendAsync([Heavy("b@1")]);

        _time.Advance(TimeSpan.FromMilliseconds(SlowAfterMs));
        await Task.WhenAll(other, another);
        (await TakeAsync(stage, 2)).ShouldBe(["a@1", "b@1"]);

        release.SetResult();
        (await TakeAsync(stage, Capacity)).ShouldBe(["long@0", "1@0", "2@0", "3@0"]);

        Rejection? Work(string text, List<string> into)
        {
            if (text == "long@0")
            {
                begun.SetResult();
                release.Task.Wait();
            }

            into.Add(text);
            return null;
        }
    }

    [Fact]
    public async Task AnExceptionOfTheMethod_FaultsTheBlock()
    {
        var stage = Splitter((_, _) => throw new InvalidOperationException("a bug"));
        await stage.Block.SendAsync([Heavy("a@0")]);

        (await Should.ThrowAsync<InvalidOperationException>(stage.Block.Completion)).Message.ShouldBe("a bug");
    }

    private LaneSplitter<string, string> Splitter(Func<string, List<string>, Rejection?> method, int parallelism = 2, int capacity = 100)
        => new(_counts, method, new LaneOptions<string>(LaneOf, capacity, parallelism, TimeSpan.FromMilliseconds(SlowAfterMs), _slow.Add, _time), LaneOf);

    internal static int LaneOf(Envelope<string> item) => item.Value is { } text ? LaneOf(text) : item.Notice is LaneClosed closed ? closed.Lane : 0;

    internal static int LaneOf(string text) => text.Split('@') is [_, var lane] ? int.Parse(lane) : 0;

    private static Envelope<string> Value(int i) => Value(i.ToString());

    internal static Envelope<string> Value(string text) => Envelope<string>.OfValue(text, new RecordAck(1));

    internal static Envelope<string> Heavy(string text)
    {
        var ack = new RecordAck(1);
        ack.SetInFlightBytes(1 << 20);
        return Envelope<string>.OfValue(text, ack);
    }

    private static async Task<IReadOnlyList<string>> TakeAsync(LaneSplitter<string, string> stage, int count)
    {
        List<string> texts = [];
        while (texts.Count < count)
            texts.AddRange((await stage.Block.ReceiveAsync()).Select(item => item.Value ?? $"closed {((LaneClosed)item.Notice!).Lane}"));
        return texts;
    }

    private static async Task<IReadOnlyList<Envelope<string>[]>> EndAsync(LaneSplitter<string, string> stage)
    {
        stage.Block.Complete();
        List<Envelope<string>[]> results = [];
        while (await stage.Block.OutputAvailableAsync()) results.Add(await stage.Block.ReceiveAsync());
        await stage.Block.Completion;
        return results;
    }
}
