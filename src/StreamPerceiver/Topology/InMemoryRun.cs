using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Ingest;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Topology;

/// <summary>Runs a pipeline without Kafka: it reads records from a sequence. For tests and replays.</summary>
public static class InMemoryRun
{
    /// <summary>Runs records through a pipeline, in their order, and adds what comes of them to lists. At the end every input counts as silent.</summary>
    /// <param name="definition">The pipeline.</param>
    /// <param name="perceiver">The model.</param>
    /// <param name="batch">When a micro-batch closes.</param>
    /// <param name="records">The records. Each topic must be an input of the pipeline.</param>
    /// <param name="time">The clock of the batcher.</param>
    /// <param name="budget">The memory budget; null (default): one of the default size.</param>
    public static async Task<InMemoryResult> RunAsync(
        PipelineDefinition definition, IPerceiver perceiver, BatchOptions batch, IEnumerable<SourceRecord> records, TimeProvider time,
        MemoryBudget? budget = null)
    {
        var pipeline = new PerceptionPipeline(definition, perceiver, batch, budget ?? new MemoryBudget((long)MemoryBudget.DefaultMb << 20), time);
        await using var sink = new ListSink();
        IReadOnlyList<RecordAccount> accounts = await RunAsync(pipeline, records, sink, time).ConfigureAwait(false);
        return new InMemoryResult(sink.Predictions, sink.Rejections, sink.Late, sink.PoisonWindows, accounts, pipeline);
    }

    /// <summary>Runs records through a pipeline, in their order, and hands what comes of them to a sink. At the end every input counts as silent.</summary>
    /// <param name="pipeline">The pipeline, which has not run yet.</param>
    /// <param name="records">The records. Each topic must be an input of the pipeline.</param>
    /// <param name="sink">Receives predictions and notices.</param>
    /// <param name="time">The clock of the device's log.</param>
    /// <returns>Counts of records by outcome, input and lane.</returns>
    public static async Task<IReadOnlyList<RecordAccount>> RunAsync(
        PerceptionPipeline pipeline, IEnumerable<SourceRecord> records, IPredictionSink sink, TimeProvider time)
        => await RunAsync(pipeline, new SequenceSource(records, pipeline.NewIntake()), sink, time).ConfigureAwait(false);

    /// <summary>Runs a source through a pipeline until it ends, and hands what comes of it to a sink.</summary>
    /// <param name="pipeline">The pipeline, which has not run yet.</param>
    /// <param name="source">The source, which ends by itself and has nothing to dispose of.</param>
    /// <param name="sink">Receives predictions and notices.</param>
    /// <param name="time">The clock of the device's log.</param>
    /// <returns>Counts of records by outcome, input and lane.</returns>
    public static async Task<IReadOnlyList<RecordAccount>> RunAsync(
        PerceptionPipeline pipeline, IRecordSource source, IPredictionSink sink, TimeProvider time)
    {
        using var device = new DeviceThread(time);
        await pipeline.RunAsync(source, sink, device.AddShare(), CancellationToken.None).ConfigureAwait(false);
        return source.Accounts;
    }

    private sealed class ListSink : IPredictionSink
    {
        public List<Prediction> Predictions { get; } = [];

        public List<Rejection> Rejections { get; } = [];

        public List<LateRecord> Late { get; } = [];

        public List<PoisonWindow> PoisonWindows { get; } = [];

        public Task PublishAsync(Envelope<Prediction> item)
        {
            if (item.Value is { } prediction) Predictions.Add(prediction);
            else if (item.Notice is LateRecord late) Late.Add(late);
            else if (item.Notice is PoisonWindow poison) PoisonWindows.Add(poison);
            else if (item.Notice is Rejection rejection) Rejections.Add(rejection);
            item.Ack!.Release(OutgoingRecords.OutcomeOf(item));
            return Task.CompletedTask;
        }

        public Task FlushAsync() => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>The results of a run in memory.</summary>
/// <param name="Predictions">The predictions, in the order of publication.</param>
/// <param name="Rejections">The records that could not be used.</param>
/// <param name="Late">The late records, where the pipeline has a late topic.</param>
/// <param name="PoisonWindows">The windows that the model could not run.</param>
/// <param name="Accounts">Counts of records by outcome, input and lane.</param>
/// <param name="Pipeline">The pipeline that ran, with its counts.</param>
public sealed record InMemoryResult(
    IReadOnlyList<Prediction> Predictions,
    IReadOnlyList<Rejection> Rejections,
    IReadOnlyList<LateRecord> Late,
    IReadOnlyList<PoisonWindow> PoisonWindows,
    IReadOnlyList<RecordAccount> Accounts,
    PerceptionPipeline Pipeline);
