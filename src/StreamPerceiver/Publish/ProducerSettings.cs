using Confluent.Kafka;

namespace StreamPerceiver.Publish;

/// <summary>librdkafka's settings for writing.</summary>
internal static class ProducerSettings
{
    public static ProducerConfig For(PublishOptions options)
    {
        var settings = new ProducerConfig
        {
            BootstrapServers = options.BootstrapServers,
            EnableIdempotence = true,
            Acks = Acks.All,
            MessageTimeoutMs = 0, // a broker that is away is waited for; backpressure holds the rest
            LingerMs = 5,
        };
        foreach ((string key, string value) in options.Client) settings.Set(key, value);
        return settings;
    }
}
