using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>Holds the inputs of a pipeline to one partition count: partition p of all of them is lane p.</summary>
/// <param name="admin">Asks the brokers.</param>
/// <param name="calls">Runs the calls.</param>
/// <param name="options">Who reads, and where.</param>
internal sealed class Lanes(IAdminClient admin, ClientCalls calls, IngestOptions options)
{
    /// <summary>Longest that a broker is waited for at a time.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private const string Compact = "compact";

    /// <summary>Number of lanes.</summary>
    /// <exception cref="StreamPerceiverException">A topic is missing, or the counts differ; the message names all of them.</exception>
    /// <exception cref="RefusedException">A topic may not be read.</exception>
    /// <exception cref="KafkaException">No broker answered in time.</exception>
    public int Count(IReadOnlyList<string> inputs)
    {
        var partitions = new List<(string Topic, int Count)>();
        foreach (string topic in inputs) partitions.Add((topic, Describe(topic, "Read")?.Partitions.Count ?? 0));

        if (partitions.All(p => p.Count == partitions[0].Count && p.Count > 0)) return partitions[0].Count;
        string found = string.Join(", ", partitions.Select(p => p.Count == 0 ? $"{p.Topic} does not exist" : $"{p.Topic} has {p.Count} partitions"));
        throw new StreamPerceiverException($"inputs of a pipeline must exist and have the same partition count, keyed the same way: {found}");
    }

    /// <summary>Makes the progress topic, compacted, with a partition a lane, where it is missing.</summary>
    /// <exception cref="StreamPerceiverException">It is there with another partition count, or is not compacted.</exception>
    public void EnsureProgressTopic(int lanes)
    {
        int existing = Ensure(options.ProgressTopic, lanes, "Read", new() { ["cleanup.policy"] = Compact });
        if (existing != lanes)
            throw new StreamPerceiverException($"{options.ProgressTopic} has {existing} partitions, expected {lanes}: one for each lane of the inputs");
        if (CleanupPolicy(options.ProgressTopic) is { } policy && policy != Compact)
            throw new StreamPerceiverException($"{options.ProgressTopic} has cleanup.policy={policy}, expected {Compact}: with any other the progress of a silent entity is deleted");
    }

    /// <summary>Makes a topic with the broker's default replication where it is missing; its partition count.</summary>
    /// <exception cref="RefusedException">It may not be made, or not be used as it is going to be.</exception>
    public int Ensure(string topic, int partitions, string operation, Dictionary<string, string> configuration)
    {
        if (Describe(topic, operation) is { } existing) return existing.Partitions.Count;
        try
        {
            var specification = new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = -1, Configs = configuration };
            var limits = new CreateTopicsOptions { RequestTimeout = Timeout, OperationTimeout = Timeout };
            calls.Run("CreateTopics", Timeout, () => admin.CreateTopicsAsync([specification], limits).GetAwaiter().GetResult());
        }
        catch (CreateTopicsException e) when (e.Results.All(r => r.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            // Another worker of the group was faster, and asked for the same.
        }
        catch (CreateTopicsException e) when (e.Results[0].Error.Missing(options, topic, "Create") is { } missing)
        {
            throw missing;
        }

        return partitions;
    }

    // Whoever may read or write a topic may see it; one who may not see it may do neither. Null: there is no such topic.
    private TopicMetadata? Describe(string topic, string operation)
    {
        TopicMetadata found = calls.Run("GetMetadata", Timeout, () => admin.GetMetadata(topic, Timeout)).Topics.Single();
        if (found.Error.Missing(options, topic, operation) is { } missing) throw missing;
        return found.Error.IsError ? null : found;
    }

    // Null where this worker may not ask, or no broker answers: the embedded one has no controller, so the wait is short.
    private string? CleanupPolicy(string topic)
    {
        var limits = new DescribeConfigsOptions { RequestTimeout = TimeSpan.FromSeconds(1) };
        ConfigResource[] wanted = [new() { Type = ResourceType.Topic, Name = topic }];
        try
        {
            return calls.Run("DescribeConfigs", limits.RequestTimeout.Value, () => admin.DescribeConfigsAsync(wanted, limits).GetAwaiter().GetResult()).Single().Entries["cleanup.policy"].Value;
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            return null;
        }
    }
}
