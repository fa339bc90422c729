using System.Globalization;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Topology;
using Xunit.Abstractions;

namespace StreamPerceiver.Broker.Tests;

/// <summary>
/// A broker is away for two minutes while records are produced. The worker does not end, loses nothing and catches up. The output has the latencies.
/// </summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    private const int Entities = 10, Before = 60, Outage = 120, After = 60;

    [SkippableFact]
    [Trait("Category", "Long")]
    public async Task Two_minutes_without_a_broker_lose_nothing_and_are_made_up_for()
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using TestBroker broker = TestBroker.Start(real: true);
        var client = new IndependentClient(broker.BootstrapServers);
        using var pipeline = new TinyPipeline("outage", "a", "b");
        foreach (InputSpec input in pipeline.Definition.Inputs) broker.CreateTopic(input.Topic, 2);
        broker.CreateTopic(pipeline.Definition.PredictionTopic, 2);
        broker.Configure(pipeline.Definition.PredictionTopic, "message.timestamp.type", "LogAppendTime");
        WorkerProcess worker = pipeline.Start(broker, 0);
        long start = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * 1000, begun = 0, resumed = 0;
        SourceRecord[] records = [.. Records(start)];

        foreach (int second in client.Feed(records, speed: 1))
        {
            if (second == 1) begun = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 1000;
            if (second == Before) broker.Crash();
            if (second != Before + Outage) continue;
            broker.Resume();
            resumed = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        }

        InMemoryResult expected = await pipeline.ExpectedAsync(records);
        SourceRecord[] published = pipeline.Await(client, expected.Predictions.Count, worker);
        worker.Terminate().ShouldBe(0, worker.Said);
        TinyPipeline.Predictions(client.Read(pipeline.Definition.PredictionTopic)).ShouldBe(TinyPipeline.Predictions(expected));

        // From a window's end, on the clock of those who made its records, to when its prediction was stored.
        (long End, long LateMs)[] latency = [.. published.Select(r => End(r)).Zip(published, (end, r) => (end, r.TimestampMs - end - (begun - start)))];
        Say("before the outage", latency.Where(l => l.End < start + (Before - 5) * 1000L));
        Say("after it, from 30 s on", latency.Where(l => l.End > start + (Before + Outage + 30) * 1000L));
        long caughtUp = published.Where(r => End(r) + begun - start < resumed).Max(r => r.TimestampMs);
        output.WriteLine($"all predictions that were due at the broker's return were out {caughtUp - resumed} ms later");
    }

    private static long End(SourceRecord prediction)
        => long.Parse(prediction.Header("ce_id")!.Split('/')[^1], CultureInfo.InvariantCulture) / EventTime.PerMillisecond;

    private void Say(string when, IEnumerable<(long End, long LateMs)> latency)
    {
        long[] sorted = [.. latency.Select(l => l.LateMs).Order()];
        output.WriteLine(
            $"{when}: {sorted.Length} windows, {sorted[sorted.Length / 2]} ms at the median, {sorted[sorted.Length * 99 / 100]} ms at the 99th percentile");
    }

    private static IEnumerable<SourceRecord> Records(long start) =>
        from ms in Enumerable.Range(0, (Before + Outage + After) * 5).Select(i => i * 200)
        from entity in Enumerable.Range(0, Entities)
        from input in new[] { "a", "b" }
        select TinyPipeline.Record(input, entity, start + ms, $"[{Math.Cos(ms * 0.001 * (entity + 2)):F5}]");
}
