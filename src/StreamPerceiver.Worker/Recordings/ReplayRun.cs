using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Ingest;
using StreamPerceiver.Recordings;
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
/// <param name="output">Receives the counts at the end.</param>
internal sealed class ReplayRun(WorkerSettings settings, PipelineDefinition definition, TimeProvider time, ILoggerFactory logs, TextWriter output)
{
    private long _begun;

    /// <summary>How long the records took, without the loading of the model.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Returns the topics of a pipeline's inputs.</summary>
    /// <param name="definition">The pipeline.</param>
    /// <param name="files">The files of a recording that is to have one of them at least.</param>
    /// <exception cref="StreamPerceiverException">The recording has none of them.</exception>
    public static HashSet<string> TopicsOf(PipelineDefinition definition, IReadOnlyList<string> files)
    {
        HashSet<string> topics = definition.Inputs.Select(i => i.Topic).ToHashSet(StringComparer.Ordinal);
        IReadOnlyDictionary<string, int> recorded = RecordingReader.PartitionCounts(files);
        if (topics.Any(recorded.ContainsKey)) return topics;
        string there = recorded.Count == 0 ? "no topic" : string.Join(", ", recorded.Keys.Order(StringComparer.Ordinal));
        throw new StreamPerceiverException(
            $"{string.Join(", ", files)}: found {there}, expected an input of {definition.File}: {string.Join(", ", topics.Order(StringComparer.Ordinal))}");
    }

    /// <summary>Runs records, and events of the runs that read them, in their order, and returns the predictions.</summary>
    /// <param name="events">The records and events. Those of other topics than the pipeline's are passed over.</param>
    /// <param name="position">Describes how far it has come.</param>
    /// <param name="progress">Receives that.</param>
    /// <param name="flushes">Whether the last windows of records alone close at the end (default: no).</param>
    /// <exception cref="StreamPerceiverException">The pipeline, its model and the settings do not go together.</exception>
    public async Task<PredictionCollector> RunAsync(IEnumerable<RecordedEvent> events, ReplayPosition position, ProgressLine progress, bool flushes = false)
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
        using var registry = new RegistryOfSettings(settings.SchemaRegistry, logs, time);
        var decoding = new DecodeOptions(settings.Decode.SlowAfterMs) { Schemas = registry.Schemas };
        var pipeline = new PerceptionPipeline(definition, perceiver, settings.Batch, budget, time, decoding);
        await using var sink = new PredictionCollector(definition.PublishTopics);
        bool hasRuns = false;
        await using var source = new RecordedSource(Counted(), () => pipeline.NewIntake(), flushes);
        _begun = time.GetTimestamp();
        await InMemoryRun.RunAsync(pipeline, source, sink, time).ConfigureAwait(false);
        progress.End();
        Elapsed = time.GetElapsedTime(_begun);
        double seconds = Elapsed.TotalSeconds;
        output.WriteLine(
            $"replay: {pipeline.Ingest.In} records in {seconds:F1} s, {pipeline.Infer.Out / seconds:F0} windows/s; {sink.Rejected} records rejected, "
            + $"{sink.Late} late, {sink.Poison} windows that the model could not run");
        output.WriteLine(hasRuns
            ? "replay: as the recorded run was: its inputs were silent where the worker found them silent"
            : "replay: of records alone: no input was silent before the end");
        return sink;

        IEnumerable<RecordedEvent> Counted()
        {
            foreach (RecordedEvent recorded in events)
            {
                progress.Show(() => $"replay: {position.Describe(recorded.TimeNs, 0, time.GetElapsedTime(_begun), rate: 0)}, {pipeline.Ingest.In} records, "
                    + $"{pipeline.Infer.Out} windows");
                hasRuns |= recorded.Session is not null;
                yield return recorded;
            }
        }
    }
}
