using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <summary>librdkafka's settings for reading.</summary>
internal static class ConsumerSettings
{
    /// <summary>
    /// Settings of a client that reads outside the group. They name the group, since librdkafka requires one and rights depend on it. The client never joins
    /// it, and commits nothing.
    /// </summary>
    public static ConsumerConfig NonMember(ConsumerOptions options) => new(new Dictionary<string, string>(options.Client))
    {
        BootstrapServers = options.BootstrapServers,
        GroupId = options.GroupId,
        IsolationLevel = IsolationLevel.ReadCommitted,
        EnableAutoCommit = false,
        EnablePartitionEof = true,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        FetchWaitMaxMs = 20, // ends are answered no sooner
    };

    // How long the group waits for a member that was killed. Brokers take 6 s or more by default. A member with an instance id keeps the client's default, so
    // that a restart within that time moves no lanes.
    private const int SessionTimeoutMs = 10_000;
    private const int ClientsSessionTimeoutMs = 45_000;

    // The client's default.
    private const int MostFetchBytes = 50 << 20;

    /// <summary>Settings of the worker's own reader, a member of the group.</summary>
    /// <param name="options">Where and how to read.</param>
    /// <param name="budget">The memory that there is, of which prefetching has a share.</param>
    /// <param name="inBackground">Whether the client commits the stored offsets in the background, or a transaction commits them.</param>
    public static ConsumerConfig Member(ConsumerOptions options, MemoryBudget budget, bool inBackground)
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
            EnablePartitionEof = true, // shows that an input is silent rather than unread
            AutoOffsetReset = AutoOffsetReset.Error,
            GroupProtocol = options.UsesConsumerProtocol ? GroupProtocol.Consumer : GroupProtocol.Classic,
            FetchQueueBackoffMs = 20, // how soon a queue that was full is filled again; the client's default is a second
            FetchWaitMaxMs = 20, // the latency of a record at the tail of a quiet topic
            QueuedMaxMessagesKbytes = (int)Math.Min(budget.PrefetchBytes / 1024, 2_097_151), // of all partitions together
            MessageMaxBytes = 1_000_000, // the client's default, and the least that a fetch may have. A larger record still comes, alone
        };
        if (options.UsesConsumerProtocol) settings.GroupRemoteAssignor = "range"; // equal partition counts: lanes stay whole
        else settings.PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range;
        if (!options.UsesConsumerProtocol && options.InstanceId is null) settings.SessionTimeoutMs = SessionTimeoutMs;
        foreach ((string key, string value) in options.Client) settings.Set(key, value);
        settings.FetchMaxBytes ??= Math.Max((int)Math.Min(budget.FetchBytes, MostFetchBytes), settings.MessageMaxBytes.Value);
        return settings;
    }

    /// <summary>Describes when the lanes of this worker come back after a kill.</summary>
    /// <param name="options">Who reads.</param>
    /// <param name="settings">The settings of the reader.</param>
    public static string DescribeReturn(ConsumerOptions options, ConsumerConfig settings)
    {
        int seconds = (settings.SessionTimeoutMs ?? ClientsSessionTimeoutMs) / 1000;
        string timeout = options.UsesConsumerProtocol ? "the brokers' session time-out" : $"the session time-out of {seconds} s";
        string restart = options.UsesConsumerProtocol ? $"after {timeout}" : "at once";
        return options.InstanceId is { } id
            ? $"instance id {id}: after a kill, the next start under this id takes its lanes back {restart}"
            : $"no Kafka:InstanceId: after a kill, lanes come back after {timeout}; with the same instance id at every start they come back sooner";
    }

    /// <summary>Makes a builder whose client logs the messages that it would otherwise print.</summary>
    public static ConsumerBuilder<byte[]?, byte[]?> Builder(ConsumerConfig settings, ILogger log)
        => new ConsumerBuilder<byte[]?, byte[]?>(settings).SetLogHandler((_, message) => Log.ClientMessage(log, message.Facility, message.Message));

    /// <summary>Makes a consumer with these settings.</summary>
    /// <exception cref="RefusedException">The settings do not go together, or name a file that is not there.</exception>
    public static IConsumer<byte[]?, byte[]?> BuildOrRefuse(this ConsumerBuilder<byte[]?, byte[]?> builder)
    {
        try
        {
            return builder.Build();
        }
        catch (InvalidOperationException e)
        {
            string hint = e.Message.Contains("GSSAPI", StringComparison.Ordinal) ? $"; the client is librdkafka {Librdkafka.Description}" : "";
            throw Refusal.OfSettings($"{e.Message}{hint}");
        }
    }
}
