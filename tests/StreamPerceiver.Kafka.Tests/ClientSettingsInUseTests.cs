using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Kafka.Tests;

public sealed class ClientSettingsInUseTests
{
    [Fact]
    public void A_file_that_a_setting_names_and_that_is_not_there_refuses_the_start_with_the_setting()
        => Refusal(new() { ["security.protocol"] = "ssl", ["ssl.ca.location"] = "missing-ca.pem" }).ShouldStartWith("Kafka:Client: ssl.ca.location failed: ");

    [SkippableFact]
    public void Kerberos_without_its_library_refuses_the_start_with_the_librarys_name()
    {
        Skip.IfNot(Librdkafka.Description.Contains("libsasl2.so.3", StringComparison.Ordinal), "this system has libsasl2.so.3, so Kerberos is there");

        Refusal(new() { ["security.protocol"] = "sasl_plaintext", ["sasl.mechanism"] = "GSSAPI" })
            .ShouldContain("without Kerberos (GSSAPI), which needs libsasl2.so.3");
    }

    [Fact]
    public void The_client_and_our_own_calls_use_the_librdkafka_of_the_package()
    {
        Librdkafka.Description.ShouldStartWith("2.16.0");
        Confluent.Kafka.Library.VersionString.ShouldBe("2.16.0");
        ClientSettings.Check("fetch.queue.backoff.ms", "20", mayBeShown: true).ShouldBeNull(); // librdkafka 2.0 of Debian does not know it
    }

    private static string Refusal(Dictionary<string, string> client)
    {
        var options = new ConsumerOptions
        {
            BootstrapServers = "localhost:1",
            GroupId = "pipeline",
            ProgressTopic = "pipeline.progress",
            Client = client,
        };
        var backoff = new Backoff(TimeSpan.Zero, TimeSpan.Zero, new Random(0));
        var none = new IntakeOptions { SpanNs = 1, ScarceAheadNs = 1, IdleAfterNs = 1, FlushAfterNs = 1, MaxFutureNs = 1 };
        var intake = new Intake([], none, new StageCounts("ingest"), new MemoryBudget(1 << 30));
        return Should.Throw<RefusedException>(() => new KafkaSource(
            options, intake, new MemoryBudget(1 << 30), null, backoff, TimeProvider.System, NullLogger<KafkaSource>.Instance)).Message;
    }
}
