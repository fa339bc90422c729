using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamPerceiver.Flow;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Kafka;

/// <summary>
/// Checks that the inputs of a pipeline have one partition count, so that partition p of all of them is lane p. Creates the topics that it writes.
/// </summary>
/// <param name="admin">Asks the brokers.</param>
/// <param name="calls">Runs the calls.</param>
/// <param name="options">Who reads, and where.</param>
internal sealed class PipelineTopics(IAdminClient admin, ClientCalls calls, ConsumerOptions options)
{
    // A dead letter is as large as its record, with its headers on top.
    private const int MostBytes = 100 << 20;

    /// <summary>How long to wait for a broker at a time.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Returns the number of lanes.</summary>
    /// <exception cref="LayoutException">A topic is missing, or the counts differ; the message names all of them.</exception>
    /// <exception cref="RefusedException">A topic may not be read.</exception>
    /// <exception cref="KafkaException">No broker answered in time.</exception>
    public int CountLanes(IReadOnlyList<string> inputs)
    {
        var partitions = new List<(string Topic, int Count)>();
        foreach (string topic in inputs) partitions.Add((topic, Describe(topic, "Read")?.Partitions.Count ?? 0));

        if (partitions.All(p => p.Count == partitions[0].Count && p.Count > 0)) return partitions[0].Count;
        string found = string.Join(", ", partitions.Select(p => p.Count == 0 ? $"{p.Topic} does not exist" : $"{p.Topic} has {p.Count} partitions"));
        throw new LayoutException($"inputs of a pipeline must exist and have the same partition count, keyed the same way: {found} (README, Recipes)");
    }

    /// <summary>Creates the topics that the pipeline writes where they are missing, and notes the limits of all of them.</summary>
    /// <exception cref="LayoutException">
    /// The progress topic has another partition count, or is not compacted; or a topic takes none of the records that would be written there.
    /// </exception>
    public void EnsureWritten(int lanes)
    {
        int existing = Ensure(options.ProgressTopic, lanes, "Read", new() { [TopicConfiguration.CleanupPolicy] = TopicConfiguration.Compact });
        if (existing != lanes)
            throw new LayoutException(
                $"{options.ProgressTopic} has {existing} partitions, expected {lanes}, one for each lane of the inputs. Where partitions were added to the "
                + $"inputs, delete {options.ProgressTopic} and start with --Kafka:StartFrom=TIME, the time when they were added (README, Recipes)");
        foreach (string topic in options.WrittenTopics) Ensure(topic, lanes, "Write", new() { [TopicConfiguration.MaxMessageBytes] = $"{MostBytes}" });

        string[] all = [options.ProgressTopic, .. options.WrittenTopics];
        foreach ((string topic, IReadOnlyDictionary<string, string> settings) in TopicConfiguration.Describe(admin, calls, all))
        {
            if (topic == options.ProgressTopic) RequireCompaction(settings[TopicConfiguration.CleanupPolicy]);
            TopicLimit limit = TopicConfiguration.LimitOf(settings, ProducerSettings.LargestRecord(options.Client));
            options.Limits.Set(topic, limit);
            RequireRoom(topic, limit);
        }
    }

    /// <summary>Creates a topic with the broker's default replication where it is missing. Returns its partition count.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partitions">The partition count of a new topic.</param>
    /// <param name="operation">What the worker does with the topic, under Kafka's name.</param>
    /// <param name="configuration">Settings of a new topic.</param>
    /// <exception cref="RefusedException">The worker may not create the topic, or may not do the operation.</exception>
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
            // Another worker of the group has just created it.
        }
        catch (CreateTopicsException e) when (e.Results[0].Error.Missing(options, topic, "Create") is { } missing)
        {
            throw missing;
        }

        return partitions;
    }

    // A right to read or to write a topic includes the right to describe it. Null: there is no such topic.
    private TopicMetadata? Describe(string topic, string operation)
    {
        TopicMetadata found = calls.Run("GetMetadata", Timeout, () => admin.GetMetadata(topic, Timeout)).Topics.Single();
        if (found.Error.Missing(options, topic, operation) is { } missing) throw missing;
        return found.Error.IsError ? null : found;
    }

    // A limit that all records of a topic exceed would turn every window into a dead letter.
    private void RequireRoom(string topic, TopicLimit limit)
    {
        if (!options.PayloadBytes.TryGetValue(topic, out long bytes) || bytes < limit.MaxBytes) return;
        throw new LayoutException(
            $"{topic} takes records of at most {limit.MaxBytes} bytes, and each output would have {bytes} bytes and its headers: "
            + $"give the topic a larger {TopicConfiguration.MaxMessageBytes}, or reduce the output (every, stride, points)");
    }

    private void RequireCompaction(string policy)
    {
        if (policy != TopicConfiguration.Compact)
            throw new StreamPerceiverException(
                $"{options.ProgressTopic} has {TopicConfiguration.CleanupPolicy}={policy}, expected {TopicConfiguration.Compact}: "
                + "with any other the progress of a silent entity is deleted");
    }
}
