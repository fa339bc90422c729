using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Ingest;
using StreamPerceiver.Kafka;
using StreamPerceiver.Recordings;
using StreamPerceiver.Schemas;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Pipelines;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Recordings;

/// <summary>Runs recorded records through a pipeline, without a broker.</summary>
/// <param name="settings">Memory, batches, decoding and inference.</param>
/// <param name="definition">The pipeline.</param>
/// <param name="time">The clock of the batcher.</param>
/// <param name="logs">Receives the log of the model and of the registry.</param>
internal sealed class ReplayRun(WorkerSettings settings, PipelineDefinition definition, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>Runs the records, and the events of the run that read them, in their order, and returns the predictions.</summary>
    /// <param name="events">The records and events. Those of other topics than the pipeline's are passed over.</param>
    /// <param name="progress">Receives how far it has come.</param>
    /// <exception cref="StreamPerceiverException">The pipeline, its model and the settings do not go together.</exception>
    public async Task<PredictionCollector> RunAsync(IEnumerable<RecordedEvent> events, ProgressLine progress)
    {
        MemoryBudget budget = settings.Memory.ShareOf(1);
        string[] errors =
            [.. ModelCheck.Problems(definition, budget, settings.Batch).Concat(RegistryCheck.Problems(definition, settings.SchemaRegistry))];
        if (errors.Length > 0) throw new StreamPerceiverException(string.Join(Environment.NewLine, errors));
        int windows = ModelCheck.PlanMemory(definition, settings.Batch, budget).Batch.MaxWindows;
        var loader = new ModelLoader(
            settings.Inference, new Dictionary<string, ModelUse> { [definition.ModelDirectory] = ModelUse.By([definition], windows) },
            logs.CreateLogger<ModelLoader>());
        using IPerceiver perceiver = loader.Load(definition.ModelDirectory);
        using ConfluentRegistry? registry = settings.SchemaRegistry.Options is { } options ? new ConfluentRegistry(options) : null;
        var decoding = new DecodeOptions(settings.Decode.SlowAfterMs)
        {
            Schemas = registry is null ? null : Composition.Schemas(registry, settings.SchemaRegistry.Options!.Url, logs.CreateLogger<SchemaCache>(), time),
        };
        var pipeline = new PerceptionPipeline(definition, perceiver, settings.Batch, budget, time, decoding);
        await using var sink = new PredictionCollector(definition.PublishTopics);
        bool hasRuns = false;
        await using var source = new RecordedSource(Counted(), () => pipeline.NewIntake());
        await InMemoryRun.RunAsync(pipeline, source, sink, time).ConfigureAwait(false);
        progress.End();
        double seconds = progress.Elapsed.TotalSeconds;
        Console.WriteLine(
            $"replay: {pipeline.Ingest.In} records in {seconds:F1} s, {pipeline.Infer.Out / seconds:F0} windows/s; {sink.Rejected} records rejected, "
            + $"{sink.Late} late, {sink.Poison} windows that the model could not run");
        Console.WriteLine(hasRuns
            ? "replay: as the recorded run was: its inputs were silent where the worker found them silent"
            : "replay: the recording has records alone: no input was silent before the end");
        return sink;

        IEnumerable<RecordedEvent> Counted()
        {
            foreach (RecordedEvent recorded in events)
            {
                progress.Show(() => $"replay: at {new EventTime(recorded.TimeNs)}, {pipeline.Ingest.In} records, {pipeline.Infer.Out} windows");
                hasRuns |= recorded.Session is not null;
                yield return recorded;
            }
        }
    }
}
