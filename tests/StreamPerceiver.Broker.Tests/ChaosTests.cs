using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Broker.Tests;

/// <summary>
/// Three workers share the lanes of one pipeline on Apache Kafka; one after the other is killed and replaced, and so is the broker, while records
/// come in. A reader of committed records must find every window of every entity once, with the value of an undisturbed run.
/// </summary>
public sealed class ChaosTests : IDisposable
{
    private const int Lanes = 4;
    private const int Entities = 12;
    private const int Seconds = 40;
    private const int Slices = 8;
    private const string Pipeline = """
        {
          "name": "chaos", "window": { "sizeMs": 2000, "hopMs": 1000, "outOfOrdernessMs": 200 }, "model": "model",
          "inputs": {
            "a": { "topic": "chaos.a", "modality": "sensor", "rateHz": 5, "channels": ["v"] },
            "b": { "topic": "chaos.b", "modality": "sensor", "rateHz": 5, "channels": ["v"] },
            "c": { "topic": "chaos.c", "modality": "sensor", "rateHz": 5, "channels": ["v"] }
          },
          "outputs": { "state": {} },
          "topics": { "predictions": "chaos.predictions" }
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
    public async Task Workers_and_broker_are_killed_and_every_window_comes_once()
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using TestBroker broker = TestBroker.Start(real: true);
        var client = new IndependentClient(broker.BootstrapServers);
        PipelineDefinition definition = Write();
        foreach (InputSpec input in definition.Inputs) broker.CreateTopic(input.Topic, Lanes);
        SourceRecord[] records = [.. Records()];
        IReadOnlyDictionary<string, string> expected = await ExpectedAsync(definition, records);
        WorkerProcess[] workers = [.. Enumerable.Range(0, 3).Select(i => Start(broker, i))];
        var random = new Random(20261124);
        int slice = 0;
        int seen = 0;
        foreach (SourceRecord[] part in records.Chunk(records.Length / Slices + 1))
        {
            client.Publish(part);
            seen = Await(client, seen + 1, workers).Length; // somebody is at work, and is hit in it
            if (slice++ == Slices / 2)
            {
                broker.Crash();
                broker.Resume();
            }

            int victim = random.Next(workers.Length);
            workers[victim].Kill();
            workers[victim].Dispose();
            workers[victim] = Start(broker, victim);
        }

        var published = Await(client, expected.Count, workers);
        foreach (WorkerProcess worker in workers) worker.Terminate().ShouldBe(0, worker.Said);
        published = Await(client, expected.Count, workers); // what the stops have added would be too many
        foreach (WorkerProcess worker in workers) worker.Dispose();

        published.Select(p => p.Id).ShouldBe(expected.Keys, ignoreOrder: true);
        foreach ((string id, string value) in published) value.ShouldBe(expected[id]);
    }

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
    private static IEnumerable<SourceRecord> Records()
    {
        EventTime start = new(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 86_400 * 86_400 * EventTime.PerSecond);
        return
            from ms in Enumerable.Range(0, Seconds * 10).Select(i => i * 100)
            from entity in Enumerable.Range(0, Entities)
            from input in new[] { "a", "b", "c" }
            let time = start + (long)(input == "b" && ms % 200 == 0 ? ms + 150 : ms) * EventTime.PerMillisecond
            select new SourceRecord(
                $"chaos.{input}", -1, 0, time.Nanoseconds / EventTime.PerMillisecond, Encoding.UTF8.GetBytes($"machine-{entity}"),
                Encoding.UTF8.GetBytes($"[{Math.Sin(ms * 0.001 * (entity + 1)):F5}]"),
                [new("content-type", "application/json"u8.ToArray()), new("ce_time", Encoding.UTF8.GetBytes(time.ToString()))]);
    }

    private static async Task<IReadOnlyDictionary<string, string>> ExpectedAsync(PipelineDefinition definition, IEnumerable<SourceRecord> records)
    {
        using var perceiver = new TorchPerceiver(definition.ModelDirectory, TorchRuntime.Start(threads: 1, NullLogger.Instance), maxWindows: 4, NullLogger.Instance);
        InMemoryResult result = await InMemoryRun.RunAsync(
            definition, perceiver, new BatchOptions(), records.Select((r, i) => r with { Partition = 0, Offset = i }), TimeProvider.System);
        return result.Predictions.ToDictionary(p => p.Id, p => Encoding.UTF8.GetString(PredictionRecord.Value(p)));
    }

    private static (string Id, string Value)[] Await(IndependentClient client, int count, WorkerProcess[] workers)
    {
        (string Id, string Value)[] read = [];
        for (int attempt = 0; attempt < 600; attempt++)
        {
            read = [.. client.Read("chaos.predictions").Select(r => (r.Header("ce_id")!, Encoding.UTF8.GetString(r.Value!)))];
            if (read.Length >= count) return read;
        }

        throw new TimeoutException($"{read.Length} predictions, expected {count}; the workers said:\n{string.Join("\n---\n", workers.Select(w => w.Said))}");
    }
}
