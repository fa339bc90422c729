using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>Holds the inputs of a pipeline to one partition count: partition p of all of them is lane p.</summary>
internal static class Lanes
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Number of lanes.</summary>
    /// <exception cref="StreamPerceiverException">A topic is missing, or the counts differ; the message names all of them.</exception>
    /// <exception cref="KafkaException">No broker answered in ten seconds.</exception>
    public static int Count(IAdminClient admin, IReadOnlyList<InputSpec> inputs)
    {
        var partitions = new List<(string Topic, int Count)>();
        foreach (InputSpec input in inputs)
        {
            TopicMetadata topic = admin.GetMetadata(input.Topic, Timeout).Topics.Single();
            partitions.Add((input.Topic, topic.Error.IsError ? 0 : topic.Partitions.Count));
        }

        if (partitions.All(p => p.Count == partitions[0].Count && p.Count > 0)) return partitions[0].Count;
        string found = string.Join(", ", partitions.Select(p => p.Count == 0 ? $"{p.Topic} does not exist" : $"{p.Topic} has {p.Count} partitions"));
        throw new StreamPerceiverException($"inputs of a pipeline must exist and have the same partition count, keyed the same way: {found}");
    }

    /// <summary>Makes the progress topic, compacted, with a partition a lane, where it is missing.</summary>
    /// <exception cref="StreamPerceiverException">It is there with another partition count.</exception>
    public static void EnsureProgressTopic(IAdminClient admin, string topic, int lanes)
    {
        int existing = Ensure(admin, topic, lanes, new() { ["cleanup.policy"] = "compact" });
        if (existing != lanes)
            throw new StreamPerceiverException($"{topic} has {existing} partitions, expected {lanes}: one for each lane of the inputs");
    }

    /// <summary>Makes a topic with the broker's default replication where it is missing; its partition count.</summary>
    public static int Ensure(IAdminClient admin, string topic, int partitions, Dictionary<string, string>? configuration = null)
    {
        TopicMetadata existing = admin.GetMetadata(topic, Timeout).Topics.Single();
        if (!existing.Error.IsError) return existing.Partitions.Count;
        try
        {
            var specification = new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = -1, Configs = configuration };
            admin.CreateTopicsAsync([specification]).GetAwaiter().GetResult();
        }
        catch (CreateTopicsException e) when (e.Results.All(r => r.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            // Another worker of the group was faster, and asked for the same.
        }

        return partitions;
    }
}
