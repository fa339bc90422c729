using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Model;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Broker.Tests;

/// <summary>A pipeline of sensors with a tiny model, in a folder of its own. Its topics are <c>tiny.a</c>, <c>tiny.b</c> and so on.</summary>
internal sealed class TinyPipeline : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tiny").FullName;
    private readonly List<WorkerProcess> _workers = [];

    public TinyPipeline(string name, params IReadOnlyList<string> inputs)
    {
        File.WriteAllText(PipelineFile, $$"""
            {
              "name": "{{name}}", "model": "model",
              "window": { "sizeMs": 2000, "hopMs": 1000, "outOfOrdernessMs": 200, "idleAfterMs": 4000, "flushAfterMs": 0 },
              "inputs": { {{Each(i => $$"""{ "topic": "tiny.{{i}}", "modality": "sensor", "rateHz": 5, "channels": ["v"] }""")}} },
              "outputs": { "state": {} },
              "topics": { "predictions": "{{name}}.predictions", "late": "{{name}}.late" }
            }
            """);
        WorkerProcess.InitModel(Path.Combine(_folder, "model"), $$"""
            {
              "model_type": "stream_perceiver", "num_latents": 4, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 1,
              "num_cross_attention_heads": 1, "output_num_channels": 8,
              "inputs": { {{Each(_ => """{ "type": "series", "steps": 10, "channels": 1, "num_bands": 2 }""")}} },
              "outputs": { "state": { "type": "classification", "labels": ["x", "y"] } }
            }
            """);
        Definition = PipelineReader.Read(PipelineFile);

        string Each(Func<string, string> value) => string.Join(", ", inputs.Select(i => $"\"{i}\": {value(i)}"));
    }

    public PipelineDefinition Definition { get; private set; }

    private string PipelineFile => Path.Combine(_folder, "pipeline.json");

    /// <summary>Adds a key to the pipeline file.</summary>
    public TinyPipeline With(string key) => Add("\"model\":", key);

    /// <summary>Makes an input a table.</summary>
    public TinyPipeline WithTable(string input) => Add($"\"topic\": \"tiny.{input}\"", "\"table\": true");

    /// <summary>Has the predictions in another format than JSON.</summary>
    public TinyPipeline WithFormat(string format) => Add("\"predictions\":", $"\"format\": \"{format}\"");

    private TinyPipeline Add(string before, string key)
    {
        File.WriteAllText(PipelineFile, File.ReadAllText(PipelineFile).Replace(before, $"{key}, {before}", StringComparison.Ordinal));
        Definition = PipelineReader.Read(PipelineFile);
        return this;
    }

    /// <summary>No worker of it outlives the test, however that ends.</summary>
    public void Dispose()
    {
        foreach (WorkerProcess worker in _workers) worker.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A worker of the pipeline, under a name that it keeps.</summary>
    public WorkerProcess Start(TestBroker broker, int worker, string protocol = "classic", params string[] settings)
    {
        string[] all = ["--Inference:Threads=1", $"--Kafka:InstanceId=worker-{worker}", $"--Kafka:GroupProtocol={protocol}", .. settings];
        _workers.Add(WorkerProcess.Run(broker.BootstrapServers, PipelineFile, all));
        return _workers[^1];
    }

    /// <summary>A worker of this pipeline and of another one.</summary>
    public WorkerProcess StartWith(PipelineDefinition other, TestBroker broker, params string[] settings)
        => Start(broker, 0, "classic", [$"--Pipelines:1={other.File}", .. settings]);

    /// <summary>What an undisturbed run gives for the records.</summary>
    public async Task<InMemoryResult> ExpectedAsync(IEnumerable<SourceRecord> records)
    {
        using var perceiver = new TorchPerceiver(
            Definition.ModelDirectory, TorchRuntime.Start(threads: 1, new PlanChoice(), NullLogger.Instance), ModelUse.By([Definition], maxWindows: 4),
            NullLogger.Instance);
        return await InMemoryRun.RunAsync(
            Definition, perceiver, new BatchOptions(), records.Select((r, i) => r with { Partition = 0, Offset = i }), TimeProvider.System);
    }

    /// <summary>Reads the predictions, again and again, until there are as many as wanted or the workers have had their time.</summary>
    public SourceRecord[] Await(IndependentClient client, int count, params IReadOnlyList<WorkerProcess> workers)
    {
        SourceRecord[] read = [];
        for (int attempt = 0; attempt < 600; attempt++)
        {
            read = [.. client.Read(Definition.PredictionTopic)];
            if (read.Length >= count) return read;
        }

        throw new TimeoutException($"{read.Length} predictions, expected {count}; the workers said:\n{string.Join("\n---\n", workers.Select(w => w.Said))}");
    }

    /// <summary>A reading of an entity, for whichever lane its key belongs to.</summary>
    public static SourceRecord Record(string input, int entity, long ms, string payload) => new(
        $"tiny.{input}", -1, 0, ms, Encoding.UTF8.GetBytes($"machine-{entity}"), Encoding.UTF8.GetBytes(payload),
        [new("content-type", "application/json"u8.ToArray())]);

    /// <summary>Id and value of predictions, sorted.</summary>
    public static string[] Predictions(IEnumerable<SourceRecord> records)
        => [.. records.Select(r => $"{r.Header("ce_id")} {Encoding.UTF8.GetString(r.Value!)}").Order(StringComparer.Ordinal)];

    /// <summary>As they will read, once published.</summary>
    public static string[] Predictions(InMemoryResult result)
        => [.. result.Predictions.Select(p => $"{p.Id} {Encoding.UTF8.GetString(PredictionRecord.ToJson(p))}").Order(StringComparer.Ordinal)];
}
