using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka.Tests;

/// <summary>How long a group waits for a worker that was killed.</summary>
public sealed class ConsumerSettingsTests
{
    [Theory]
    [InlineData(null, false, null, 10_000, "after the session time-out of 10 s")]
    [InlineData(null, false, "30000", 30_000, "after the session time-out of 30 s")]
    [InlineData("w-1", false, null, null, "takes its lanes back at once")] // long, so that a restart within it moves no lanes
    [InlineData("w-1", true, null, null, "takes its lanes back after the brokers' session time-out")]
    [InlineData(null, true, null, null, "after the brokers' session time-out")] // the client refuses a session time-out of its own
    public void The_session_is_short_where_no_restart_can_take_it_over(string? id, bool consumerProtocol, string? given, int? expected, string told)
    {
        var options = new ConsumerOptions
        {
            BootstrapServers = "localhost:9",
            GroupId = "g",
            ProgressTopic = "g.progress",
            InstanceId = id,
            UsesConsumerProtocol = consumerProtocol,
            Client = given is null ? new Dictionary<string, string>() : new() { ["session.timeout.ms"] = given },
        };

        ConsumerConfig settings = ConsumerSettings.Member(options, new MemoryBudget(1 << 28), inBackground: false);

        settings.SessionTimeoutMs.ShouldBe(expected);
        ConsumerSettings.DescribeReturn(options, settings).ShouldContain(told);
    }
}
