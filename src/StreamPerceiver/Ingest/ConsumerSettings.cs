using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>librdkafka's settings for reading.</summary>
internal static class ConsumerSettings
{
    /// <summary>What every client needs to connect.</summary>
    public static ClientConfig Connection(IngestOptions options)
        => new(new Dictionary<string, string>(options.Client)) { BootstrapServers = options.BootstrapServers };

    // The client's default.
    private const int MostFetchBytes = 50 << 20;

    /// <param name="options">Where and how to read.</param>
    /// <param name="budget">What prefetching follows from.</param>
    /// <param name="inBackground">Whether the client commits the offsets that are stored; else a transaction does.</param>
    public static ConsumerConfig For(IngestOptions options, MemoryBudget budget, bool inBackground)
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
            QueuedMaxMessagesKbytes = (int)Math.Min(budget.PrefetchBytes / 1024, 2_097_151), // of all partitions together
            MessageMaxBytes = 1_000_000, // the client's default; what it fetches at once may not be less. A record that is larger comes all the same, alone
        };
        foreach ((string key, string value) in options.Client) settings.Set(key, value);
        settings.FetchMaxBytes ??= Math.Max((int)Math.Min(budget.FetchBytes, MostFetchBytes), settings.MessageMaxBytes.Value);
        return settings;
    }
}
