using Microsoft.Extensions.Hosting;
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

namespace StreamPerceiver.Worker;

/// <summary>
/// Runs one pipeline until the host stops. Order of a stop: reading stops, the graph drains, the producer flushes, offsets are committed, the
/// consumer leaves its group, the model goes. A fault ends the process with exit code 1, and nothing is committed that is not published.
/// </summary>
internal sealed class PerceptionWorker(
    WorkerSettings settings, PipelineDefinition definition, IHostApplicationLifetime lifetime, ILoggerFactory logs, TimeProvider time, Random random) : BackgroundService
{
    private readonly ILogger _log = logs.CreateLogger<PerceptionWorker>();
    private readonly KafkaEnds _kafka = new(settings.Kafka, definition, logs, time, random);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the model is warm and the group has given this worker its lanes.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The pipeline, once the model is loaded.</summary>
    public PerceptionPipeline? Pipeline { get; private set; }

    /// <summary>What became of every record, once the pipeline has ended.</summary>
    public IReadOnlyList<RecordAccount> Accounts { get; private set; } = [];

    /// <summary>The process's exit code. 0: the pipeline has drained. 1 (default): it has not. 2: the brokers refused it at the start.</summary>
    public int ExitCode { get; private set; } = 1;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken).ConfigureAwait(false);
            ExitCode = 0;
        }
        catch (Exception refusal) when (refusal is RefusedException or PlanException)
        {
            if (!HasStarted) ExitCode = Failures.Refused;
            Log.PipelineRefused(_log, definition.Name, refusal.Message);
        }
        catch (Exception fault) when (Failures.MissingLibrary(fault) is { } missing)
        {
            if (!HasStarted) ExitCode = Failures.Refused;
            Log.PipelineRefused(_log, definition.Name, missing);
        }
        catch (StartAfreshException interruption)
        {
            Log.DrainInterrupted(_log, definition.Name, interruption.Message); // a stop is under way, else it would have started afresh
        }
        catch (Exception fault)
        {
            Log.PipelineFailed(_log, fault, definition.Name, fault.Message);
        }
        finally
        {
            lifetime.StopApplication();
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        using var thread = new DedicatedThread("inference");
        BatchOptions batch = MemoryPlan.For(definition, settings.Batch, settings.Memory.NewBudget()).Batch;
        using IPerceiver perceiver = await thread.RunAsync(() =>
            Perceiver(batch.MaxWindows)).ConfigureAwait(false);
        Backoff backoff = _kafka.Pauses(TimeSpan.FromSeconds(1), KafkaEnds.LongestPause);
        while (true)
        {
            try
            {
                await RunOnceAsync(perceiver, thread, backoff, stop).ConfigureAwait(false);
                return;
            }
            catch (StreamPerceiverException interruption) when (MayPass(interruption) && !stop.IsCancellationRequested)
            {
                TimeSpan pause = backoff.Next();
                Log.StartsAfresh(_log, definition.Name, interruption.Message, pause.TotalSeconds);
                await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private TorchPerceiver Perceiver(int maxWindows)
    {
        ExecutionPlan plan = TorchRuntime.Start(settings.Inference.Threads, settings.Inference.Choice(), _log);
        plan = TorchRuntime.Choose(plan, Enum.Parse<Precision>(settings.Inference.Precision, ignoreCase: true), _log);
        return new TorchPerceiver(definition.ModelDirectory, plan, maxWindows, _log);
    }

    private bool HasStarted => Ready.IsCompleted;

    // Credentials that were good once are being rotated.
    private bool MayPass(StreamPerceiverException interruption) => interruption is StartAfreshException || interruption is RefusedException { IsOfCredentials: true } && HasStarted;

    /// <summary>One graph, from its first record until it has drained, faulted, or been interrupted.</summary>
    private async Task RunOnceAsync(IPerceiver perceiver, DedicatedThread thread, Backoff backoff, CancellationToken stop)
    {
        var pipeline = new PerceptionPipeline(definition, perceiver, settings.Batch, settings.Memory.NewBudget(), time);
        Log.PipelineRuns(
            _log, definition.Name, string.Join(", ", definition.Inputs.Select(i => i.Topic)), definition.PredictionTopic, settings.Kafka.BootstrapServers!, settings.Kafka.Delivery);
        await using IPredictionSink sink = _kafka.Sink();
        await using KafkaIngest source = _kafka.Source(pipeline, sink);

        Pipeline = pipeline;
        _ = source.Assignment.ContinueWith(_ => _ready.TrySetResult(), TaskScheduler.Default);
        try
        {
            await pipeline.RunAsync(source, sink, thread, stop).ConfigureAwait(false);
        }
        finally
        {
            Accounts = source.Accounts;
            if (source.HasCommitted) backoff.Reset();
        }

        Log.PipelineDrained(_log, definition.Name, pipeline.Publish.Out, Accounts.Sum(a => a.Rejected), pipeline.Infer.Rejected);
    }
}
