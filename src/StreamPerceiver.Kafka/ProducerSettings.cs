using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <summary>librdkafka's settings for writing.</summary>
internal static class ProducerSettings
{
    // Of a topic with unknown limits. A larger record goes alone.
    private const int MostBatchBytes = 64 << 10;

    /// <summary>Settings of a producer that stores each record once and in order, in batches that each topic of a pipeline takes.</summary>
    public static ProducerConfig Idempotent(ProducerOptions options)
    {
        // None is refused for its company.
        var batch = (int)options.Topics.All.Min(topic => Math.Min(MostBatchBytes, options.Limits.Of(topic).MaxBytes));
        return Idempotent(options.BootstrapServers, options.Client, batch);
    }

    /// <summary>Settings of a producer that stores each record once and in order.</summary>
    /// <param name="brokers">Brokers, as <c>host:port</c> with commas between.</param>
    /// <param name="client">Further settings of librdkafka. They override the others.</param>
    /// <param name="batchBytes">Most bytes of a batch. A larger record goes alone.</param>
    public static ProducerConfig Idempotent(string brokers, IReadOnlyDictionary<string, string> client, int batchBytes = MostBatchBytes)
    {
        var settings = new ProducerConfig
        {
            BootstrapServers = brokers,
            EnableIdempotence = true,
            Acks = Acks.All,
            MessageTimeoutMs = 0, // a broker that is away is waited for; backpressure holds the rest
            LingerMs = 5,
            MessageMaxBytes = 1_000_000_000, // the topic limits the size of a record: what could come in can go out
            BatchSize = batchBytes,
        };
        foreach ((string key, string value) in client) settings.Set(key, value);
        return settings;
    }

    /// <summary>Returns the size of the largest record that the client takes, with these settings of a user.</summary>
    public static long LargestRecord(IReadOnlyDictionary<string, string> client)
    {
        var settings = new ProducerConfig(new Dictionary<string, string>(client));
        return Math.Min(settings.MessageMaxBytes ?? long.MaxValue, settings.QueueBufferingMaxKbytes is { } kilobytes ? kilobytes * 1024L : long.MaxValue);
    }

    /// <summary>Settings of a producer that writes in transactions.</summary>
    public static ProducerConfig Transactional(ProducerOptions options)
    {
        ProducerConfig settings = Idempotent(options);
        settings.TransactionalId = options.TransactionalId;
        settings.TransactionTimeoutMs ??= options.TransactionTimeoutMs;
        return settings;
    }

    /// <summary>Makes the client. All its messages go to the log.</summary>
    /// <exception cref="RefusedException">The settings do not go together, or name a file that is not there.</exception>
    public static IProducer<byte[]?, byte[]?> Build(ProducerConfig settings, ILogger log)
    {
        try
        {
            return new ProducerBuilder<byte[]?, byte[]?>(settings)
                .SetErrorHandler((_, error) => Log.ClientError(log, error.Code, error.Reason))
                .SetLogHandler((_, message) => Log.ClientMessage(log, message.Facility, message.Message))
                .Build();
        }
        catch (InvalidOperationException e)
        {
            throw Refusal.OfSettings(e.Message);
        }
    }
}
