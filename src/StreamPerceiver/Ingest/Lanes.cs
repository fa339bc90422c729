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

    /// <summary>Number of lanes.</summary>
    /// <exception cref="StreamPerceiverException">A topic is missing, or the counts differ; the message names all of them.</exception>
    /// <exception cref="RefusedException">A topic may not be read.</exception>
    /// <exception cref="KafkaException">No broker answered in time.</exception>
    public int Count(IReadOnlyList<InputSpec> inputs)
    {
        var partitions = new List<(string Topic, int Count)>();
        foreach (InputSpec input in inputs)
        {
            partitions.Add((input.Topic, Describe(input.Topic, "Read")?.Partitions.Count ?? 0));
        }

        if (partitions.All(p => p.Count == partitions[0].Count && p.Count > 0)) return partitions[0].Count;
        string found = string.Join(", ", partitions.Select(p => p.Count == 0 ? $"{p.Topic} does not exist" : $"{p.Topic} has {p.Count} partitions"));
        throw new StreamPerceiverException($"inputs of a pipeline must exist and have the same partition count, keyed the same way: {found}");
    }

    /// <summary>Makes the progress topic, compacted, with a partition a lane, where it is missing.</summary>
    /// <exception cref="StreamPerceiverException">It is there with another partition count.</exception>
    public void EnsureProgressTopic(int lanes)
    {
        int existing = Ensure(options.ProgressTopic, lanes, "Read", new() { ["cleanup.policy"] = "compact" });
        if (existing != lanes)
            throw new StreamPerceiverException($"{options.ProgressTopic} has {existing} partitions, expected {lanes}: one for each lane of the inputs");
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
    private TopicDescription? Describe(string topic, string operation)
    {
        var limits = new DescribeTopicsOptions { RequestTimeout = Timeout };
        TopicCollection wanted = TopicCollection.OfTopicNames([topic]);
        try
        {
            return calls.Run("DescribeTopics", Timeout, () => admin.DescribeTopicsAsync(wanted, limits).GetAwaiter().GetResult()).TopicDescriptions.Single();
        }
        catch (DescribeTopicsException e) when (e.Results.TopicDescriptions.Single().Error is var error)
        {
            if (error.Code == ErrorCode.UnknownTopicOrPart) return null;
            throw error.Missing(options, topic, operation) as Exception ?? new KafkaException(error, e);
        }
    }
}
