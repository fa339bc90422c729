using StreamPerceiver.Flow;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Broker.Tests;

/// <summary>A fleet of 200 machines on Apache Kafka, of which five have wrong clocks, while workers are killed.</summary>
public sealed class FleetTests
{
    private const int Machines = 200, Wrong = 5, Seconds = 40;

    [SkippableFact]
    public async Task Five_wrong_clocks_change_no_window_of_the_other_machines()
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using TestBroker broker = TestBroker.Start(real: true);
        var client = new IndependentClient(broker.BootstrapServers);
        using var pipeline = new TinyPipeline("fleet", "a", "b");
        foreach (string topic in new[] { "tiny.a", "tiny.b" })
        {
            broker.CreateTopic(topic, 4);
            broker.Configure(topic, "message.timestamp.after.max.ms", $"{long.MaxValue}"); // else Kafka 4 refuses such records itself
        }

        long start = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 86_400 * 86_400 * 1000;
        InMemoryResult expected = await pipeline.ExpectedAsync(Records(start, Wrong));
        WorkerProcess[] workers = [pipeline.Start(broker, 0), pipeline.Start(broker, 1)];
        int killed = 0;
        foreach (SourceRecord[] part in Records(start, 0).Chunk(10 * 2 * 2 * Machines)) // ten seconds
        {
            client.Publish(part);
            workers[0].Kill();
            workers = [workers[1], pipeline.Start(broker, killed++ % 2)];
        }

        string[] wanted = TinyPipeline.Predictions(expected), found = [];
        for (int attempt = 0; attempt < 60 && found.Length < wanted.Length; attempt++)
            found = TinyPipeline.Predictions(client.Read(pipeline.Definition.PredictionTopic).Where(IsOfRightClock));
        foreach (WorkerProcess worker in workers) worker.Terminate().ShouldBe(0, worker.Said);

        TinyPipeline.Predictions(client.Read(pipeline.Definition.PredictionTopic).Where(IsOfRightClock)).ShouldBe(wanted);
        string said = string.Concat(workers.Select(w => w.Said));
        said.ShouldContain("entity machine-1 is "); // an hour ahead
        client.Read(pipeline.Definition.LateTopic!).ShouldAllBe(late => !IsOfRightClock(late));
    }

    private static bool IsOfRightClock(SourceRecord record)
        => int.Parse(System.Text.Encoding.UTF8.GetString(record.Key!)["machine-".Length..]) >= Wrong;

    // Two readings a second of every machine and input. Those with wrong clocks speak first.
    private static IEnumerable<SourceRecord> Records(long start, int firstMachine) =>
        from ms in Enumerable.Range(0, Seconds * 2).Select(i => i * 500L)
        from machine in Enumerable.Range(firstMachine, Machines - firstMachine)
        from input in new[] { "a", "b" }
        select TinyPipeline.Record(input, machine, Clock(machine, start, ms), $"[{Math.Sin(ms * 0.001 * (machine + 1)):F5}]");

    private static long Clock(int machine, long start, long ms) => machine switch
    {
        0 => start + ms + 15_000, // seconds ahead
        1 => start + ms + 3_500_000, // an hour
        2 => start + ms + 315_360_000_000, // ten years
        3 => ms, // 1970
        4 => start + ms + ms * 7919 % 100_000 - 50_000, // it jumps
        _ => start + ms,
    };
}
