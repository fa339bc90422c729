using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Broker.Tests;

/// <summary>
/// Three workers share the lanes of one pipeline on Apache Kafka. Workers and brokers are killed and replaced, one after the other, while records come in.
/// A reader of committed records must find every window, every bad record and every late record once, with the value of an undisturbed run.
/// </summary>
public sealed class ChaosTests
{
    [SkippableTheory]
    [InlineData("classic")]
    [InlineData("consumer")]
    public Task Workers_and_brokers_are_killed_and_everything_comes_once(string protocol)
        => Survives(new Storm(protocol, Nodes: 3, Lanes: 4, Entities: 12, Seconds: 60, Speed: 3, WorkerDies: (8, 14), BrokerDies: (20, 25), BrokerBack: 10));

    [SkippableTheory]
    [InlineData("classic")]
    [InlineData("consumer")]
    [Trait("Category", "Long")]
    public Task Workers_and_brokers_are_killed_for_ten_minutes_and_everything_comes_once(string protocol)
        => Survives(new Storm(protocol, Nodes: 3, Lanes: 8, Entities: 100, Seconds: 600, Speed: 1, WorkerDies: (20, 40), BrokerDies: (60, 90), BrokerBack: 15));

    private static async Task Survives(Storm storm)
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using TestBroker broker = TestBroker.Start(real: true, storm.Nodes);
        var client = new IndependentClient(broker.BootstrapServers);
        using var pipeline = new TinyPipeline("chaos", "a", "b", "c");
        PipelineDefinition definition = pipeline.Definition;
        foreach (InputSpec input in definition.Inputs) broker.CreateTopic(input.Topic, storm.Lanes);
        InMemoryResult expected = await pipeline.ExpectedAsync(Records(storm));
        WorkerProcess[] workers = [.. Enumerable.Range(0, 3).Select(i => pipeline.Start(broker, i, storm.Protocol))];
        var random = new Random(20261124);
        int workerDies = Between(storm.WorkerDies), brokerDies = Between(storm.BrokerDies), brokerBack = int.MaxValue, victim = 0;
        foreach (int second in client.Feed(Records(storm), storm.Speed))
        {
            if (second >= workerDies)
            {
                workerDies = second + Between(storm.WorkerDies);
                int worker = random.Next(workers.Length);
                workers[worker].Kill();
                workers[worker] = pipeline.Start(broker, worker, storm.Protocol);
            }

            if (second >= brokerDies)
            {
                victim = victim % storm.Nodes + 1;
                broker.Crash(victim);
                (brokerBack, brokerDies) = (second + storm.BrokerBack, second + Between(storm.BrokerDies));
            }

            if (second < brokerBack) continue;
            broker.Resume(victim);
            brokerBack = int.MaxValue;
        }

        if (brokerBack < int.MaxValue) broker.Resume(victim);
        pipeline.Await(client, expected.Predictions.Count, workers);
        foreach (WorkerProcess worker in workers) worker.Terminate().ShouldBe(0, worker.Said);
        SourceRecord[] published = pipeline.Await(client, expected.Predictions.Count, workers); // what the stops have added would be too many

        TinyPipeline.Predictions(published).ShouldBe(TinyPipeline.Predictions(expected));
        foreach (string names in new[] { "connect", "spring" })
        {
            Origins(client.ReadOrigins(definition.DeadLetterTopic, names), names).ShouldBe(Origins(expected.Rejections.Select(r => r.Record), names));
            Origins(client.ReadOrigins(definition.LateTopic!, names), names).ShouldBe(Origins(expected.Late.Select(l => l.Record), names));
        }

        expected.Late.ShouldNotBeEmpty();
        expected.Rejections.ShouldNotBeEmpty();

        int Between((int Least, int Most) range) => random.Next(range.Least, range.Most + 1);
    }

    // As they came; which lane it was is the producer's choice. Connect has no header for the time.
    private static string[] Origins(IEnumerable<SourceRecord> records, string scheme)
        => [.. records.Select(r => $"{r.Topic} {Text(r.Key)} {(scheme == "spring" ? r.TimestampMs : 0)} {Text(r.Value)}").Order(StringComparer.Ordinal)];

    private static string Text(byte[]? bytes) => Encoding.UTF8.GetString(bytes!);

    // Each input has a pace and an order of its own; all speak to the end, so that no window is left to silence.
    private static IEnumerable<SourceRecord> Records(Storm storm)
    {
        long start = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 86_400 * 86_400 * 1000;
        return
            from ms in Enumerable.Range(0, storm.Seconds * 10).Select(i => i * 100L)
            from entity in Enumerable.Range(0, storm.Entities)
            from input in new[] { "a", "b", "c" }
            let isLate = input == "a" && ms > 5_000 && (ms + 100 * entity) % 7_000 == 0
            let isBad = input == "c" && (ms + 100 * entity) % 11_000 == 0
            select TinyPipeline.Record(
                input, entity, start + (isLate ? ms - 5_000 : input == "b" && ms % 200 == 0 ? ms + 150 : ms),
                isBad ? $"bad at {ms}" : $"[{Math.Sin(ms * 0.001 * (entity + 1)):F5}]");
    }

    /// <summary>How rough it gets. All times in seconds of the records' own; least and most where they are drawn.</summary>
    private sealed record Storm(
        string Protocol, int Nodes, int Lanes, int Entities, int Seconds, double Speed, (int Least, int Most) WorkerDies, (int Least, int Most) BrokerDies,
        int BrokerBack);
}
