using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Ingest;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker;

/// <summary>
/// Runs one pipeline until the host stops. Order of a stop: reading stops, the graph drains, the producer flushes, offsets are committed, the
/// consumer leaves its group, the model goes. A fault ends the process with exit code 1 and commits nothing more.
/// </summary>
internal sealed class PerceptionWorker(
    WorkerSettings settings, PipelineDefinition definition, IHostApplicationLifetime lifetime, ILoggerFactory logs, TimeProvider time) : BackgroundService
{
    private readonly ILogger _log = logs.CreateLogger<PerceptionWorker>();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the model is warm and the group has given this worker its lanes.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The pipeline, once the model is loaded.</summary>
    public PerceptionPipeline? Pipeline { get; private set; }

    /// <summary>What became of every record, once the pipeline has ended.</summary>
    public IReadOnlyList<RecordAccount> Accounts { get; private set; } = [];

    /// <summary>Whether the pipeline has ended by draining.</summary>
    public bool Drained { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken).ConfigureAwait(false);
            Drained = true;
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
            new TorchPerceiver(definition.ModelDirectory, TorchRuntime.Start(settings.Inference.Threads, _log), batch.MaxWindows, _log)).ConfigureAwait(false);
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await RunOnceAsync(perceiver, thread, stop).ConfigureAwait(false);
                return;
            }
            catch (StartAfreshException interruption) when (!stop.IsCancellationRequested)
            {
                TimeSpan pause = TimeSpan.FromSeconds(Math.Min(30, 1 << Math.Min(attempt, 5)));
                Log.StartsAfresh(_log, definition.Name, interruption.Message, pause.TotalSeconds);
                await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One graph, from its first record until it has drained, faulted, or been interrupted.</summary>
    private async Task RunOnceAsync(IPerceiver perceiver, DedicatedThread thread, CancellationToken stop)
    {
        var pipeline = new PerceptionPipeline(definition, perceiver, settings.Batch, settings.Memory.NewBudget(), time);
        Log.PipelineRuns(
            _log, definition.Name, string.Join(", ", definition.Inputs.Select(i => i.Topic)), definition.PredictionTopic, settings.Kafka.BootstrapServers!, settings.Kafka.Delivery);
        await using IPredictionSink sink = settings.Kafka.Delivery == KafkaSettings.ExactlyOnce
            ? new TransactionalPublisher(Writing(), definition.Name, logs.CreateLogger<TransactionalPublisher>())
            : new KafkaPublisher(Writing(), definition.Name, logs.CreateLogger<KafkaPublisher>());
        await using var source = new KafkaIngest(Reading(), definition.Inputs, pipeline.Ingest, pipeline.Memory, sink as ITransactions, time, logs.CreateLogger<KafkaIngest>());

        Pipeline = pipeline;
        _ = source.Assignment.ContinueWith(_ => _ready.TrySetResult(), TaskScheduler.Default);
        try
        {
            await pipeline.RunAsync(source, sink, thread, stop).ConfigureAwait(false);
        }
        finally
        {
            Accounts = source.Accounts;
        }

        Log.PipelineDrained(_log, definition.Name, pipeline.Publish.Out, Accounts.Sum(a => a.Rejected));
    }

    private PublishOptions Writing() => new()
    {
        BootstrapServers = settings.Kafka.BootstrapServers!,
        Client = settings.Kafka.Client,
        TransactionalId = $"{definition.Name}-{settings.Kafka.InstanceId ?? Guid.NewGuid().ToString("N")}",
        PredictionTopic = definition.PredictionTopic,
        DeadLetterTopic = definition.DeadLetterTopic,
        ProgressTopic = definition.ProgressTopic,
    };

    private IngestOptions Reading() => new()
    {
        BootstrapServers = settings.Kafka.BootstrapServers!,
        GroupId = definition.Name,
        InstanceId = settings.Kafka.InstanceId,
        Client = settings.Kafka.Client,
        ProgressTopic = definition.ProgressTopic,
        WrittenTopics = [definition.PredictionTopic, definition.DeadLetterTopic],
        CommitIntervalMs = settings.Kafka.CommitIntervalMs,
        MaxAheadNs = 2 * (definition.Align.IdleAfterNs + definition.Align.Plan.SizeNs + definition.Align.OutOfOrdernessNs),
        ScarceAheadNs = definition.Align.Plan.SizeNs,
    };
}
