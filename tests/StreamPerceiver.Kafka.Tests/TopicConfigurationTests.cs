using StreamPerceiver.Publish;

namespace StreamPerceiver.Kafka.Tests;

/// <summary>What the settings of a topic mean for its writers.</summary>
public sealed class TopicConfigurationTests
{
    private const long Forever = long.MaxValue;
    private const long Week = 604_800_000;

    [Theory]
    [InlineData("", null, null)] // a broker that tells nothing
    [InlineData("message.timestamp.before.max.ms=9223372036854775807 message.timestamp.after.max.ms=3600000 retention.ms=604800000", Week, 3_600_000L)]
    [InlineData("message.timestamp.before.max.ms=1000 message.timestamp.after.max.ms=3600000 retention.ms=604800000", 1000L, 3_600_000L)]
    [InlineData("message.timestamp.before.max.ms=9223372036854775807 message.timestamp.after.max.ms=3600000 retention.ms=-1", Forever, 3_600_000L)]
    [InlineData("message.timestamp.difference.max.ms=5000 retention.ms=604800000", 5000L, 5000L)] // before Kafka 3.6
    [InlineData("message.timestamp.type=LogAppendTime message.timestamp.before.max.ms=9 message.timestamp.after.max.ms=9 retention.ms=9", null, null)]
    [InlineData("cleanup.policy=compact message.timestamp.before.max.ms=9000 message.timestamp.after.max.ms=9 retention.ms=10", 9000L, 9L)]
    [InlineData("cleanup.policy=compact,delete message.timestamp.before.max.ms=9000 message.timestamp.after.max.ms=9 retention.ms=10", 10L, 9L)]
    public void Times_are_limited_by_what_the_topic_takes_and_keeps(string settings, long? age, long? ahead)
    {
        TopicLimit limit = LimitOf(settings);

        (limit.MaxAgeMs, limit.MaxAheadMs).ShouldBe((age, ahead));
    }

    [Theory]
    [InlineData("max.message.bytes=1048588", 1_000_000_000, 1_048_588)]
    [InlineData("max.message.bytes=1048588", 300_000, 300_000)] // the client of the worker takes less
    [InlineData("max.message.bytes=2147483647", 1_000_000_000, 99 << 20)] // a request of the broker takes less
    [InlineData("", 1_000_000_000, 99 << 20)]
    public void Sizes_are_limited_by_topic_client_and_request(string settings, long client, long bytes)
        => LimitOf(settings, client).MaxBytes.ShouldBe(bytes);

    private static TopicLimit LimitOf(string settings, long client = 1_000_000_000) => TopicConfiguration.LimitOf(
        settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('=')).ToDictionary(s => s[0], s => s[1]), client);
}
