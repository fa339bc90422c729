using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Broker.Tests;

/// <summary>
/// Three workers share the lanes of one pipeline on Apache Kafka; one after the other is killed and replaced, and so are the brokers, while records
/// come in. A reader of committed records must find every window of every entity, every bad and every late record once, with the value of an undisturbed run.
/// </summary>
public sealed class ChaosTests : IDisposable
{
    private const string Pipeline = """
        {
          "name": "chaos", "window": { "sizeMs": 2000, "hopMs": 1000, "outOfOrdernessMs": 200 }, "model": "model",
          "inputs": {
            "a": { "topic": "chaos.a", "modality": "sensor", "rateHz": 5, "channels": ["v"] },
            "b": { "topic": "chaos.b", "modality": "sensor", "rateHz": 5, "channels": ["v"] },
            "c": { "topic": "chaos.c", "modality": "sensor", "rateHz": 5, "channels": ["v"] }
          },
          "outputs": { "state": {} },
          "topics": { "predictions": "chaos.predictions", "late": "chaos.late" }
        }
        """;
    private const string Model = """
        {
          "model_type": "stream_perceiver", "num_latents": 4, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 1,
          "num_cross_attention_heads": 1, "output_num_channels": 8,
          "inputs": {
            "a": { "type": "series", "steps": 10, "channels": 1, "num_bands": 2 },
            "b": { "type": "series", "steps": 10, "channels": 1, "num_bands": 2 },
            "c": { "type": "series", "steps": 10, "channels": 1, "num_bands": 2 }
          },
          "outputs": { "state": { "type": "classification", "labels": ["x", "y"] } }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("chaos").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public Task Workers_and_brokers_are_killed_and_everything_comes_once()
        => Survives(new Storm(Nodes: 3, Lanes: 4, Entities: 12, Seconds: 60, Speed: 3, WorkerDies: (8, 14), BrokerDies: (20, 25), BrokerBack: 10));

    [SkippableFact]
    [Trait("Category", "Long")]
    public Task Workers_and_brokers_are_killed_for_ten_minutes_and_everything_comes_once()
        => Survives(new Storm(Nodes: 3, Lanes: 8, Entities: 100, Seconds: 600, Speed: 1, WorkerDies: (20, 40), BrokerDies: (60, 90), BrokerBack: 15));

    private async Task Survives(Storm storm)
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using TestBroker broker = TestBroker.Start(real: true, storm.Nodes);
        var client = new IndependentClient(broker.BootstrapServers);
        PipelineDefinition definition = Write();
        foreach (InputSpec input in definition.Inputs) broker.CreateTopic(input.Topic, storm.Lanes);
        InMemoryResult expected = await ExpectedAsync(definition, storm);
        WorkerProcess[] workers = [.. Enumerable.Range(0, 3).Select(i => Start(broker, i))];
        var random = new Random(20261124);
        int workerDies = Between(storm.WorkerDies), brokerDies = Between(storm.BrokerDies), brokerBack = int.MaxValue, victim = 0;
        foreach (int second in client.Feed(Records(storm), storm.Speed))
        {
            if (second >= workerDies)
            {
                workerDies = second + Between(storm.WorkerDies);
                int worker = random.Next(workers.Length);
                workers[worker].Kill();
                workers[worker].Dispose();
                workers[worker] = Start(broker, worker);
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
        Await(client, expected.Predictions.Count, workers);
        foreach (WorkerProcess worker in workers) worker.Terminate().ShouldBe(0, worker.Said);
        SourceRecord[] published = Await(client, expected.Predictions.Count, workers); // what the stops have added would be too many
        foreach (WorkerProcess worker in workers) worker.Dispose();

        // Sorted, because ShouldBe with any order takes the square of the number.
        published.Select(r => $"{r.Header("ce_id")} {Text(r.Value)}").Order(StringComparer.Ordinal)
            .ShouldBe(expected.Predictions.Select(p => $"{p.Id} {Text(PredictionRecord.Value(p))}").Order(StringComparer.Ordinal));
        Origins(client.Read(definition.DeadLetterTopic)).ShouldBe(Origins(expected.Rejections.Select(r => r.Record)));
        Origins(client.Read(definition.LateTopic!)).ShouldBe(Origins(expected.Late.Select(l => l.Record)));
        expected.Late.ShouldNotBeEmpty();
        expected.Rejections.ShouldNotBeEmpty();

        int Between((int Least, int Most) range) => random.Next(range.Least, range.Most + 1);
    }

    // What was published may have passed through another lane number; key, time and value are as they came.
    private static string[] Origins(IEnumerable<SourceRecord> records)
        => [.. records.Select(r => $"{r.Header("__connect.errors.topic") ?? r.Topic} {Text(r.Key)} {r.TimestampMs} {Text(r.Value)}").Order(StringComparer.Ordinal)];

    private static string Text(byte[]? bytes) => Encoding.UTF8.GetString(bytes!);

    private WorkerProcess Start(TestBroker broker, int worker) => WorkerProcess.Run(
        broker.BootstrapServers, Path.Combine(_folder, "chaos.json"), "--Inference:Threads=1", $"--Kafka:InstanceId=worker-{worker}");

    private PipelineDefinition Write()
    {
        string model = Path.Combine(_folder, "model");
        Directory.CreateDirectory(model);
        File.WriteAllText(Path.Combine(_folder, "chaos.json"), Pipeline);
        File.WriteAllText(Path.Combine(model, "config.json"), Model);
        WorkerProcess.InitModel(model);
        return PipelineReader.Read(Path.Combine(_folder, "chaos.json"));
    }

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
            select new SourceRecord(
                $"chaos.{input}", -1, 0, start + (isLate ? ms - 5_000 : input == "b" && ms % 200 == 0 ? ms + 150 : ms), Encoding.UTF8.GetBytes($"machine-{entity}"),
                Encoding.UTF8.GetBytes(isBad ? $"bad at {ms}" : $"[{Math.Sin(ms * 0.001 * (entity + 1)):F5}]"), [new("content-type", "application/json"u8.ToArray())]);
    }

    private static async Task<InMemoryResult> ExpectedAsync(PipelineDefinition definition, Storm storm)
    {
        using var perceiver = new TorchPerceiver(definition.ModelDirectory, TorchRuntime.Start(threads: 1, NullLogger.Instance), maxWindows: 4, NullLogger.Instance);
        return await InMemoryRun.RunAsync(
            definition, perceiver, new BatchOptions(), Records(storm).Select((r, i) => r with { Partition = 0, Offset = i }), TimeProvider.System);
    }

    private static SourceRecord[] Await(IndependentClient client, int count, WorkerProcess[] workers)
    {
        SourceRecord[] read = [];
        for (int attempt = 0; attempt < 600; attempt++)
        {
            read = [.. client.Read("chaos.predictions")];
            if (read.Length >= count) return read;
        }

        throw new TimeoutException($"{read.Length} predictions, expected {count}; the workers said:\n{string.Join("\n---\n", workers.Select(w => w.Said))}");
    }

    /// <summary>How rough it gets. All times in seconds of the records' own; least and most where they are drawn.</summary>
    private sealed record Storm(
        int Nodes, int Lanes, int Entities, int Seconds, double Speed, (int Least, int Most) WorkerDies, (int Least, int Most) BrokerDies, int BrokerBack);
}
