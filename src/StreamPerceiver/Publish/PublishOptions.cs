namespace StreamPerceiver.Publish;

/// <summary>Where a pipeline writes.</summary>
public sealed record PublishOptions
{
    /// <summary>Brokers, <c>host:port</c> and comma between.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>Further settings of librdkafka by their own names, security among them; they win over ours.</summary>
    public IReadOnlyDictionary<string, string> Client { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Name of this worker's transactions, the same at every start: what a killed run left open is then aborted at the next start rather than at its
    /// time-out. Used by <see cref="TransactionalPublisher"/> alone.
    /// </summary>
    public string TransactionalId { get; init; } = "";

    /// <summary>Topic of the predictions.</summary>
    public required string PredictionTopic { get; init; }

    /// <summary>Topic of the records and windows that could not be used.</summary>
    public required string DeadLetterTopic { get; init; }

    /// <summary>Topic of the records that came too late; null (default): they are counted alone.</summary>
    public string? LateTopic { get; init; }

    /// <summary>Topic with, per entity, the end of the last window that is out.</summary>
    public required string ProgressTopic { get; init; }
}
