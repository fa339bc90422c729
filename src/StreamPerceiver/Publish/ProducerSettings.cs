using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Publish;

/// <summary>librdkafka's settings for writing.</summary>
internal static class ProducerSettings
{
    // The broker aborts a transaction that is open for longer, twice the longest commit interval; readers wait no longer for a worker that was killed.
    private const int TransactionTimeoutMs = 30_000;

    public static ProducerConfig For(PublishOptions options)
    {
        var settings = new ProducerConfig
        {
            BootstrapServers = options.BootstrapServers,
            EnableIdempotence = true,
            Acks = Acks.All,
            MessageTimeoutMs = 0, // a broker that is away is waited for; backpressure holds the rest
            LingerMs = 5,
            MessageMaxBytes = 1_000_000_000, // how large a record may be is the topic's business: what could come in can go out
        };
        foreach ((string key, string value) in options.Client) settings.Set(key, value);
        return settings;
    }

    public static ProducerConfig Transactional(PublishOptions options)
    {
        ProducerConfig settings = For(options);
        settings.TransactionalId = options.TransactionalId;
        settings.TransactionTimeoutMs ??= TransactionTimeoutMs;
        return settings;
    }

    /// <summary>A client that says everything to the log.</summary>
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
            throw RefusedException.Settings(e.Message);
        }
    }
}
