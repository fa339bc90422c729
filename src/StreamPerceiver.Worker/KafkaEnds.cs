using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Kafka;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker;

/// <summary>Makes the two ends of a pipeline at Kafka: its source and its sink, as the settings have them.</summary>
internal sealed class KafkaEnds(KafkaSettings kafka, PipelineDefinition definition, ILoggerFactory logs, TimeProvider time, Random random)
{
    // The same for every run of this process, so that a run which starts afresh aborts the open transaction of the one before.
    private readonly string _transactionalId = $"{definition.Name}-{kafka.InstanceId ?? Guid.NewGuid().ToString("N")}";

    /// <summary>The longest pause between two tries to reach the brokers.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>The brokers, <c>host:port</c> and comma between.</summary>
    public string Brokers => kafka.BootstrapServers!;

    /// <summary>How predictions are delivered.</summary>
    public string Delivery => kafka.Delivery;

    /// <summary>Makes the sink, with the settings' delivery.</summary>
    public IPredictionSink Sink() => kafka.Delivery == KafkaSettings.ExactlyOnce
        ? new TransactionalPublisher(
            Writing(), Pauses(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5)), time, logs.CreateLogger<TransactionalPublisher>())
        : new AtLeastOncePublisher(Writing(), time, logs.CreateLogger<AtLeastOncePublisher>());

    /// <summary>Makes the source.</summary>
    /// <param name="pipeline">The pipeline that its records go to.</param>
    /// <param name="sink">The sink. Where it has transactions, the source ends them.</param>
    public IRecordSource Source(PerceptionPipeline pipeline, IPredictionSink sink) => new KafkaSource(
        Reading(), pipeline.NewIntake(), pipeline.Memory, sink as TransactionalPublisher, Pauses(TimeSpan.FromSeconds(1), LongestPause), time,
        logs.CreateLogger<KafkaSource>());

    /// <summary>Makes pauses that differ from those of other workers.</summary>
    public Backoff Pauses(TimeSpan first, TimeSpan most) => new(first, most, new Random(random.Next()));

    private ProducerOptions Writing() => new()
    {
        BootstrapServers = kafka.BootstrapServers!,
        Client = kafka.Client,
        TransactionalId = _transactionalId,
        GroupId = definition.Name,
        Topics = new PublishTopics(definition.PredictionTopic, definition.DeadLetterTopic, definition.LateTopic, definition.ProgressTopic),
    };

    private ConsumerOptions Reading() => new()
    {
        BootstrapServers = kafka.BootstrapServers!,
        GroupId = definition.Name,
        InstanceId = kafka.InstanceId,
        Client = kafka.Client,
        ProgressTopic = definition.ProgressTopic,
        WrittenTopics = [.. definition.WrittenTopics.Where(t => t != definition.ProgressTopic)],
        UsesConsumerProtocol = kafka.GroupProtocol == KafkaSettings.Consumer,
        CommitIntervalMs = kafka.CommitIntervalMs,
    };
}
