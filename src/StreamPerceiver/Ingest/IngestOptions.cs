namespace StreamPerceiver.Ingest;

/// <summary>How the worker reads from Kafka.</summary>
public sealed record IngestOptions
{
    /// <summary>Brokers, <c>host:port</c> and comma between.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>Consumer group.</summary>
    public required string GroupId { get; init; }

    /// <summary>Further settings of librdkafka by their own names, security among them; they win over ours.</summary>
    public IReadOnlyDictionary<string, string> Client { get; init; } = new Dictionary<string, string>();

    /// <summary>Topic with, per entity, the end of the last window that is out.</summary>
    public required string ProgressTopic { get; init; }

    /// <summary>Topics that the pipeline writes otherwise; made where they are missing, with as many partitions as the inputs.</summary>
    public IReadOnlyList<string> WrittenTopics { get; init; } = [];

    /// <summary>Longest time between two commits, in milliseconds (default: 100).</summary>
    public int CommitIntervalMs { get; init; } = 100;

    /// <summary>
    /// Name of this worker among those of its group, the same at every start: a restart within the session time-out then moves no lanes (static
    /// membership, KIP-345). Null (default): a new member at every start.
    /// </summary>
    public string? InstanceId { get; init; }

    /// <summary>Whether the brokers divide the lanes of the group (KIP-848, Apache Kafka 4.0 and later); else (default) its members do.</summary>
    public bool UsesConsumerProtocol { get; init; }

    /// <summary>
    /// How far alignment looks across, in nanoseconds of event time: an input runs no further ahead of a backlogged one, and a restart reads so much
    /// again of what is settled.
    /// </summary>
    public required long SpanNs { get; init; }

    /// <summary>How long an input may say nothing before it is taken for silent, in nanoseconds of event time and of the clock.</summary>
    public required long IdleAfterNs { get; init; }

    /// <summary>How far ahead of Kafka's timestamp an event time may be, in nanoseconds.</summary>
    public required long MaxFutureNs { get; init; }

    /// <summary>How far an input may run ahead while memory is scarce, in nanoseconds of event time.</summary>
    public required long ScarceAheadNs { get; init; }
}
