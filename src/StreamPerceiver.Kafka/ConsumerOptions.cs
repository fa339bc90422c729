using StreamPerceiver.Flow;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Kafka;

/// <summary>How a pipeline reads from Kafka.</summary>
public sealed record ConsumerOptions
{
    /// <summary>Brokers, as <c>host:port</c> with commas between.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>Consumer group of the pipeline.</summary>
    public required string GroupId { get; init; }

    /// <summary>Further settings of librdkafka by their own names, such as those for security (default: none). They override those of the worker.</summary>
    public IReadOnlyDictionary<string, string> Client { get; init; } = new Dictionary<string, string>();

    /// <summary>Topic that has, per entity, the end of the last published window.</summary>
    public required string ProgressTopic { get; init; }

    /// <summary>The other topics that the pipeline writes (default: none). One that is missing is created, with as many partitions as the inputs.</summary>
    public IReadOnlyList<string> WrittenTopics { get; init; } = [];

    /// <summary>By written topic, the bytes that the value of each of its records will have (default: not known of any).</summary>
    public IReadOnlyDictionary<string, long> PayloadBytes { get; init; } = new Dictionary<string, long>();

    /// <summary>
    /// Where a pipeline without progress begins, as a time on Kafka's timestamps in milliseconds since 1970 (default: at the first record of each partition).
    /// </summary>
    public long? StartFromMs { get; init; }

    /// <summary>Receives the ids of the inputs' topics.</summary>
    public TopicIds TopicIds { get; init; } = new();

    /// <summary>Receives the limits of the written topics at the start (default: an object of its own).</summary>
    public TopicLimits Limits { get; init; } = new();

    /// <summary>
    /// Whether a lane goes on where records were deleted before they were read; the loss is counted and published. Otherwise (default) it is refused.
    /// </summary>
    public bool ContinuesPastLostRecords { get; init; }

    /// <summary>Longest time between two commits, in milliseconds (default: 100).</summary>
    public int CommitIntervalMs { get; init; } = 100;

    /// <summary>
    /// Name of this worker in its group, the same at every start. A restart within the session time-out then moves no lanes (static membership,
    /// KIP-345). Null (default): a new member at every start.
    /// </summary>
    public string? InstanceId { get; init; }

    /// <summary>Whether the brokers divide the lanes of the group (KIP-848, Apache Kafka 4.0 and later), or its members do (default).</summary>
    public bool UsesConsumerProtocol { get; init; }
}
