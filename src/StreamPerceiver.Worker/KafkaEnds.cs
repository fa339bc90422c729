using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Kafka;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker;

/// <summary>Makes the source and the sink of a pipeline for Kafka, as the settings have them.</summary>
internal sealed class KafkaEnds(KafkaSettings kafka, PipelineDefinition definition, ILoggerFactory logs, TimeProvider time, Random random)
{
    // Every run of this process has this id. A run that starts afresh then aborts the open transaction of the run before it.
    private readonly string _transactionalId = $"{definition.Name}-{kafka.InstanceId ?? Guid.NewGuid().ToString("N")}";

    // The next owner of a lane waits no longer for the transaction of a worker that was killed. A transaction is open for a commit interval.
    private const int LeastTransactionTimeoutMs = 10_000;

    // What one run learns of the topics, the next one knows.
    private readonly TopicLimits _limits = new();

    private readonly TopicIds _topicIds = new();

    /// <summary>The longest pause between two tries to reach the brokers.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>The brokers, as <c>host:port</c> with commas between.</summary>
    public string Brokers => kafka.BootstrapServers!;

    /// <summary>How predictions are delivered: exactly-once or at-least-once.</summary>
    public string Delivery => kafka.Delivery;

    /// <summary>Makes the sink for the delivery that the settings name.</summary>
    /// <param name="format">How predictions are encoded; null (default): in JSON.</param>
    public IPredictionSink Sink(PredictionFormat? format = null) => kafka.Delivery == KafkaSettings.ExactlyOnce
        ? new TransactionalPublisher(
            Writing(format), Pauses(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5)), time, logs.CreateLogger<TransactionalPublisher>())
        : new AtLeastOncePublisher(Writing(format), time, logs.CreateLogger<AtLeastOncePublisher>());

    /// <summary>Makes the source of a pipeline.</summary>
    /// <param name="pipeline">The pipeline that its records go to.</param>
    /// <param name="sink">The sink. Where it has transactions, the source ends them.</param>
    /// <param name="log">Receives what the source tells the intake; null (default): none.</param>
    public IRecordSource Source(PerceptionPipeline pipeline, IPredictionSink sink, Action<IntakeEvent, EventTime?>? log = null) => new KafkaSource(
        Reading() with { PayloadBytes = pipeline.PayloadBytes }, pipeline.NewIntake(log), pipeline.Memory, sink as TransactionalPublisher,
        Pauses(TimeSpan.FromSeconds(1), LongestPause), time, logs.CreateLogger<KafkaSource>());

    /// <summary>Makes a sequence of pauses that differs from those of other workers.</summary>
    public Backoff Pauses(TimeSpan first, TimeSpan most) => new(first, most, new Random(random.Next()));

    /// <summary>Returns what is wrong with the input topics or the brokers; null for nothing. It changes nothing there.</summary>
    public string? TopicProblem()
        => TopicCheck.Problem(Reading(), [.. definition.Inputs.Select(i => i.Topic).Distinct()], time, logs.CreateLogger<KafkaSource>());

    private ProducerOptions Writing(PredictionFormat? format) => new()
    {
        BootstrapServers = kafka.BootstrapServers!,
        Client = kafka.Client,
        TransactionalId = _transactionalId,
        TransactionTimeoutMs = Math.Max(LeastTransactionTimeoutMs, 2 * kafka.CommitIntervalMs),
        GroupId = definition.Name,
        Limits = _limits,
        TopicIds = _topicIds,
        Topics = definition.PublishTopics with { Format = format },
    };

    private ConsumerOptions Reading() => new()
    {
        BootstrapServers = kafka.BootstrapServers!,
        GroupId = definition.Name,
        InstanceId = kafka.InstanceId,
        Client = kafka.Client,
        ProgressTopic = definition.ProgressTopic,
        Limits = _limits,
        WrittenTopics = [.. definition.WrittenTopics.Where(t => t != definition.ProgressTopic)],
        UsesConsumerProtocol = kafka.GroupProtocol == KafkaSettings.Consumer,
        CommitIntervalMs = kafka.CommitIntervalMs,
        StartFromMs = kafka.StartFromMs,
        TopicIds = _topicIds,
        ContinuesPastLostRecords = kafka.OnLostRecords == KafkaSettings.GoOn,
    };
}
