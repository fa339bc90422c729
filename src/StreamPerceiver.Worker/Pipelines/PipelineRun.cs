using Microsoft.Extensions.Logging;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Ingest;
using StreamPerceiver.Model;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Pipelines;

/// <summary>
/// Runs one pipeline until it is stopped. The steps of a stop, in their order: reading stops, the graph drains, the producer flushes, offsets are
/// committed, the consumer leaves its group, the model is released. After a fault, offsets of unpublished records are not committed.
/// </summary>
/// <param name="definition">The pipeline to run.</param>
/// <param name="resources">What the pipeline may use of the worker.</param>
/// <param name="kafka">Makes the source and the sink of the pipeline.</param>
/// <param name="log">Receives the start, the end and every interruption.</param>
/// <param name="time">The clock.</param>
internal sealed class PipelineRun(PipelineDefinition definition, PipelineResources resources, KafkaEnds kafka, ILogger log, TimeProvider time)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The pipeline's name.</summary>
    public string Name => definition.Name;

    /// <summary>Completes when the model is warm and the group has given this worker its lanes.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The pipeline, once the model is loaded.</summary>
    public PerceptionPipeline? Pipeline { get; private set; }

    /// <summary>What became of every record, once the pipeline has ended.</summary>
    public IReadOnlyList<RecordAccount> Accounts { get; private set; } = [];

    private bool HasStarted => Ready.IsCompleted;

    // Whether the group had given the last run its lanes.
    private bool _hadLanes;

    /// <summary>Runs until a stop or a fault. Throws nothing: the log has what ended the pipeline.</summary>
    public async Task<PipelineEnd> RunAsync(CancellationToken stop)
    {
        try
        {
            await RunAgainAndAgainAsync(stop).ConfigureAwait(false);
            return PipelineEnd.Drained;
        }
        catch (LayoutException layout)
        {
            Log.PipelineRefused(log, definition.Name, layout.Message);
            return PipelineEnd.Refused; // at any time: another start would meet the same
        }
        catch (Exception refusal) when (refusal is RefusedException or PlanException || (!HasStarted && IsOfTheSetting(refusal)))
        {
            Log.PipelineRefused(log, definition.Name, refusal.Message);
            return HasStarted ? PipelineEnd.Failed : PipelineEnd.Refused;
        }
        catch (Exception fault) when (Failures.MissingLibrary(fault) is { } missing)
        {
            Log.PipelineRefused(log, definition.Name, missing);
            return HasStarted ? PipelineEnd.Failed : PipelineEnd.Refused;
        }
        catch (StartAfreshException interruption)
        {
            Log.DrainInterrupted(log, definition.Name, interruption.Message); // a stop is under way, else it would have started afresh
            return PipelineEnd.Failed;
        }
        catch (Exception fault)
        {
            Log.PipelineFailed(log, fault, definition.Name, fault.Message);
            return PipelineEnd.Failed;
        }
    }

    // What stands in files, settings and topics, and would be the same at the next start.
    private static bool IsOfTheSetting(Exception e)
        => Failures.IsOfTheUser(e) && e is not (StartAfreshException or DeviceException);

    private async Task RunAgainAndAgainAsync(CancellationToken stop)
    {
        using ModelLease model = await resources.Models.TakeAsync(definition.ModelDirectory).ConfigureAwait(false);
        foreach (string cost in OutputCosts.Describe(definition)) Log.OutputCosts(log, definition.Name, cost);
        PredictionFormat? format = PredictionSchema.FormatOf(definition, model.Perceiver);
        try
        {
            if (format is not null) format = await Task.Run(() => resources.Registry!.Enter(format, definition, stop), stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return; // the registry was waited for, so nothing was read
        }

        Backoff backoff = kafka.Pauses(TimeSpan.FromSeconds(1), KafkaEnds.LongestPause);
        while (true)
        {
            try
            {
                await RunOnceAsync(model.Perceiver, format, backoff, stop).ConfigureAwait(false);
                return;
            }
            catch (StartAfreshException) when (stop.IsCancellationRequested && !_hadLanes)
            {
                return; // the stop came while the run was ending
            }
            catch (StreamPerceiverException interruption) when (MayPass(interruption) && !stop.IsCancellationRequested)
            {
                TimeSpan pause = backoff.NextPause();
                Log.StartsAfresh(log, definition.Name, interruption.Message, pause.TotalSeconds);
                await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Credentials that were accepted before are probably being rotated.
    private bool MayPass(StreamPerceiverException interruption)
        => interruption is StartAfreshException || interruption is RefusedException { AreCredentialsRefused: true } && HasStarted;

    private void NoteStart()
    {
        string inputs = string.Join(", ", definition.Inputs.Select(i => i.Topic));
        Log.PipelineRuns(log, definition.Name, inputs, definition.PredictionTopic, kafka.Brokers, kafka.Delivery);
        _ready.TrySetResult();
    }

    /// <summary>Runs one graph, from its first record until it has drained, faulted, or been interrupted.</summary>
    private async Task RunOnceAsync(IPerceiver perceiver, PredictionFormat? format, Backoff backoff, CancellationToken stop)
    {
        var decoding = new DecodeOptions(resources.SlowAfterMs)
        {
            Schemas = resources.Registry?.Schemas,
            OnSlow = slow => Log.SlowRecord(log, definition.Name, slow.Record, slow.Record.Value?.Length ?? 0, resources.SlowAfterMs),
        };
        var pipeline = new PerceptionPipeline(definition, perceiver, resources.Batch, new MemoryBudget(resources.MemoryBytes), time, decoding);
        using PipelineRecording? recording = resources.Recording is { } settings ? new PipelineRecording(settings, definition.Name, log, time) : null;
        await using IPredictionSink sink = kafka.Sink(format);
        await using IRecordSource source = kafka.Source(pipeline, sink, recording is null ? null : recording.Recorder.Add);

        Pipeline = pipeline;
        _ = source.Assignment.ContinueWith(_ => NoteStart(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        using var ended = new CancellationTokenSource();
        Task losses = new LossLog(pipeline, source, log, time).RunAsync(ended.Token);
        try
        {
            await pipeline.RunAsync(source, sink, resources.Device, stop).ConfigureAwait(false);
        }
        catch (StartAfreshException) when (stop.IsCancellationRequested && !source.Assignment.IsCompleted)
        {
            // The group has given this run no lane, as while it still knows a killed worker of the same instance id. So there is nothing to drain.
        }
        finally
        {
            Accounts = source.Accounts;
            _hadLanes = source.Assignment.IsCompleted;
            if (source.HasCommitted) backoff.Reset();
            await ended.CancelAsync().ConfigureAwait(false);
            await losses.ConfigureAwait(false);
        }

        Log.PipelineDrained(log, definition.Name, pipeline.Publish.Out, Accounts.Sum(a => a.Rejected), pipeline.Infer.Rejected);
    }
}

/// <summary>What a pipeline shares with the other pipelines of the worker.</summary>
/// <param name="Models">Lends its model.</param>
/// <param name="Device">Its share of the device.</param>
/// <param name="MemoryBytes">Its share of the memory budget, in bytes.</param>
/// <param name="Batch">When its micro-batches close.</param>
/// <param name="SlowAfterMs">A record that takes longer to decode is slow, in milliseconds.</param>
internal sealed record PipelineResources(SharedModels Models, DeviceShare Device, long MemoryBytes, BatchOptions Batch, int SlowAfterMs)
{
    /// <summary>The registry of schemas; null (default) where there is none.</summary>
    public PipelineRegistry? Registry { get; init; }

    /// <summary>How the pipeline is recorded; null (default): it is not.</summary>
    public RecordingSettings? Recording { get; init; }
}
