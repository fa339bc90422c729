using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Modalities;
using StreamPerceiver.Model;
using StreamPerceiver.Publish;
using StreamPerceiver.TestKit;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Broker.Tests;

/// <summary>A broker, the demo's pipeline with an untrained model, and an independent client: what every test here begins with.</summary>
internal sealed class Bench : IDisposable
{
    private const int Lanes = 2;
    private readonly string _folder = Directory.CreateTempSubdirectory("pipeline").FullName;
    private readonly TestBroker _broker;

    public Bench(bool realBroker)
    {
        Skip.If(RealMedia.Missing is not null, RealMedia.Missing);
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        _broker = TestBroker.Start(realBroker);
        Client = new IndependentClient(_broker.BootstrapServers);
        string source = RepositoryRoot.Path("pipelines");
        File.Copy(Path.Combine(source, "machine-activity.json"), PipelineFile);
        WorkerProcess.InitModel(
            Path.Combine(_folder, "models", "machine-activity"), File.ReadAllText(Path.Combine(source, "models", "machine-activity", "config.json")));
        Definition = PipelineReader.Read(PipelineFile);
        foreach (InputSpec input in Definition.Inputs) _broker.CreateTopic(input.Topic, Lanes);
        if (!realBroker)
            foreach (string topic in new[] { Definition.PredictionTopic, Definition.DeadLetterTopic, Definition.ProgressTopic })
                _broker.CreateTopic(topic, Lanes); // it has no CreateTopics request; on a real broker the worker makes them
    }

    public TestBroker Broker => _broker;

    public IndependentClient Client { get; }

    public PipelineDefinition Definition { get; }

    private string PipelineFile => Path.Combine(_folder, "machine-activity.json");

    public WorkerProcess StartWorker(params string[] settings) => WorkerProcess.Run(_broker.BootstrapServers, PipelineFile, settings);

    /// <summary>What an undisturbed run gives for the records: id and value of every prediction.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ExpectedAsync(IEnumerable<SourceRecord> records)
    {
        var numbered = records.Where(r => r.Key is not null).Select((r, i) => r with { Partition = 0, Offset = i });
        ExecutionPlan plan = TorchRuntime.Start(threads: 0, new PlanChoice(), NullLogger.Instance);
        using var perceiver = new TorchPerceiver(Definition.ModelDirectory, plan, ModelUse.By([Definition], maxWindows: 4), NullLogger.Instance);
        InMemoryResult result = await InMemoryRun.RunAsync(Definition, perceiver, new BatchOptions(), numbered, TimeProvider.System);
        return result.Predictions.ToDictionary((Prediction p) => p.Id, p => Encoding.UTF8.GetString(PredictionRecord.ToJson(p)));
    }

    /// <summary>Reads the predictions, again and again, until there are as many as wanted or the worker has had its time.</summary>
    public IReadOnlyList<(string Id, string Value)> AwaitPredictions(int count, WorkerProcess worker, bool uncommitted = false)
    {
        (string Id, string Value)[] read = [];
        for (int attempt = 0; attempt < 600; attempt++)
        {
            read = Client.Read(Definition.PredictionTopic, uncommitted).Select(r => (r.Header("ce_id")!, Encoding.UTF8.GetString(r.Value!))).ToArray();
            if (read.Length >= count) return read;
        }

        string ids = string.Join(", ", read.Select(r => r.Id).Order(StringComparer.Ordinal));
        throw new TimeoutException($"{read.Length} predictions, expected {count}: {ids}; the worker's log:\n{worker.Said}");
    }

    /// <summary>Reads the dead letters, again and again, until there are as many as wanted or the worker has had its time.</summary>
    public IReadOnlyList<SourceRecord> AwaitDeadLetters(int count, WorkerProcess worker)
    {
        IReadOnlyList<SourceRecord> read = [];
        for (int attempt = 0; attempt < 600; attempt++)
        {
            read = Client.Read(Definition.DeadLetterTopic);
            if (read.Count >= count) return read;
        }

        throw new TimeoutException($"{read.Count} dead letters, expected {count}; the worker said:\n{worker.Said}");
    }

    public void Dispose()
    {
        _broker.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
