using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker;

/// <summary>The two ends of a pipeline at Kafka, as the settings have them.</summary>
internal sealed class KafkaEnds(KafkaSettings kafka, PipelineDefinition definition, ILoggerFactory logs, TimeProvider time, Random random)
{
    // The same for every run of this process: a run that starts afresh then aborts at once what the one before it left open.
    private readonly string _transactionalId = $"{definition.Name}-{kafka.InstanceId ?? Guid.NewGuid().ToString("N")}";

    /// <summary>The longest pause between two tries to reach the brokers.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>The brokers.</summary>
    public string Brokers => kafka.BootstrapServers!;

    /// <summary>How predictions are delivered.</summary>
    public string Delivery => kafka.Delivery;

    /// <summary>Where predictions go; with the settings' delivery.</summary>
    public IPredictionSink Sink() => kafka.Delivery == KafkaSettings.ExactlyOnce
        ? new TransactionalPublisher(Writing(), definition.Name, Pauses(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5)), time, logs.CreateLogger<TransactionalPublisher>())
        : new KafkaPublisher(Writing(), definition.Name, time, logs.CreateLogger<KafkaPublisher>());

    /// <summary>Where records come from.</summary>
    /// <param name="pipeline">The pipeline that they go to.</param>
    /// <param name="sink">The other end, whose transactions it ends where there are some.</param>
    public KafkaIngest Source(PerceptionPipeline pipeline, IPredictionSink sink) => new(
        Reading(), definition.Inputs, pipeline.Ingest, pipeline.Memory, sink as ITransactions, Pauses(TimeSpan.FromSeconds(1), LongestPause), time, logs.CreateLogger<KafkaIngest>());

    /// <summary>Pauses that are this worker's own.</summary>
    public Backoff Pauses(TimeSpan first, TimeSpan most) => new(first, most, new Random(random.Next()));

    private PublishOptions Writing() => new()
    {
        BootstrapServers = kafka.BootstrapServers!,
        Client = kafka.Client,
        TransactionalId = _transactionalId,
        PredictionTopic = definition.PredictionTopic,
        DeadLetterTopic = definition.DeadLetterTopic,
        LateTopic = definition.LateTopic,
        ProgressTopic = definition.ProgressTopic,
    };

    private IngestOptions Reading() => new()
    {
        BootstrapServers = kafka.BootstrapServers!,
        GroupId = definition.Name,
        InstanceId = kafka.InstanceId,
        Client = kafka.Client,
        ProgressTopic = definition.ProgressTopic,
        WrittenTopics = [.. definition.WrittenTopics.Where(t => t != definition.ProgressTopic)],
        UsesConsumerProtocol = kafka.GroupProtocol == KafkaSettings.Consumer,
        CommitIntervalMs = kafka.CommitIntervalMs,
        SpanNs = definition.Align.SpanNs,
        IdleAfterNs = definition.Align.IdleAfterNs,
        MaxFutureNs = definition.MaxFutureNs,
        ScarceAheadNs = definition.Align.Plan.SizeNs,
    };
}
