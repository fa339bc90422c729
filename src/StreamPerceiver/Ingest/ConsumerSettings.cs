using Confluent.Kafka;

namespace StreamPerceiver.Ingest;

/// <summary>librdkafka's settings for reading.</summary>
internal static class ConsumerSettings
{
    /// <summary>What every client needs to connect.</summary>
    public static ClientConfig Connection(IngestOptions options)
        => new(new Dictionary<string, string>(options.Client)) { BootstrapServers = options.BootstrapServers };

    /// <param name="options">Where and how to read.</param>
    /// <param name="inBackground">Whether the client commits the offsets that are stored; else a transaction does.</param>
    public static ConsumerConfig For(IngestOptions options, bool inBackground)
    {
        var settings = new ConsumerConfig
        {
            BootstrapServers = options.BootstrapServers,
            GroupId = options.GroupId,
            GroupInstanceId = options.InstanceId,
            IsolationLevel = IsolationLevel.ReadCommitted, // also: a lane's offsets are given out only once the last owner's transactions are decided
            EnableAutoCommit = inBackground,
            AutoCommitIntervalMs = options.CommitIntervalMs,
            EnableAutoOffsetStore = false,
            EnablePartitionEof = true, // how the aligner learns that an input is silent rather than unread
            AutoOffsetReset = AutoOffsetReset.Error,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range, // equal partition counts: lanes stay whole
            FetchWaitMaxMs = 20, // the latency of a record at the tail of a quiet topic
            QueuedMaxMessagesKbytes = 16 * 1024, // prefetched payload, a partition
        };
        foreach ((string key, string value) in options.Client) settings.Set(key, value);
        return settings;
    }
}
