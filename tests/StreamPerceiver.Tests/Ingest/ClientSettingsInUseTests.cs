using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Tests.Ingest;

public sealed class ClientSettingsInUseTests
{
    [Fact]
    public void A_file_that_a_setting_names_and_that_is_not_there_refuses_the_start_with_the_setting()
    {
        var options = new IngestOptions
        {
            BootstrapServers = "localhost:1",
            GroupId = "pipeline",
            ProgressTopic = "pipeline.progress",
            SpanNs = 1,
            IdleAfterNs = 1,
            MaxFutureNs = 1,
            ScarceAheadNs = 1,
            Client = new Dictionary<string, string> { ["security.protocol"] = "ssl", ["ssl.ca.location"] = "missing-ca.pem" },
        };

        Should.Throw<RefusedException>(() => new KafkaIngest(
                options, [], new StageCounts("ingest"), new MemoryBudget(1 << 30), null, new Backoff(TimeSpan.Zero, TimeSpan.Zero, new Random(0)), TimeProvider.System, NullLogger<KafkaIngest>.Instance))
            .Message.ShouldStartWith("Kafka:Client: ssl.ca.location failed: ");
    }
}
