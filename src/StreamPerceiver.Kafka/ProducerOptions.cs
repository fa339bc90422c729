using StreamPerceiver.Flow;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Kafka;

/// <summary>How a pipeline writes to Kafka.</summary>
public sealed record ProducerOptions
{
    /// <summary>Brokers, as <c>host:port</c> with commas between.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>Further settings of librdkafka by their own names, such as those for security (default: none). They override those of the worker.</summary>
    public IReadOnlyDictionary<string, string> Client { get; init; } = new Dictionary<string, string>();

    /// <summary>Consumer group of the pipeline, which dead letters name.</summary>
    public required string GroupId { get; init; }

    /// <summary>
    /// Name of this worker's transactions, the same at every start. The next start then aborts what a killed run left open, before its time-out would.
    /// Used by <see cref="TransactionalPublisher"/> alone (default: empty).
    /// </summary>
    public string TransactionalId { get; init; } = "";

    /// <summary>The ids of the inputs' topics, which the source sets (default: none).</summary>
    public TopicIds TopicIds { get; init; } = new();

    /// <summary>
    /// The longest time that a transaction may be open, in milliseconds (default: 10,000). The brokers abort a longer one. Readers, and the next owner of a
    /// lane, wait no longer for a worker that was killed.
    /// </summary>
    public int TransactionTimeoutMs { get; init; } = 10_000;

    /// <summary>The topics to write to.</summary>
    public required PublishTopics Topics { get; init; }

    /// <summary>The limits of these topics, which the reader's start fills in (default: not known). The same object in all runs of the pipeline.</summary>
    public TopicLimits Limits { get; init; } = new();
}
