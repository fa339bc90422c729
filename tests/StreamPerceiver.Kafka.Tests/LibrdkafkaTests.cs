
namespace StreamPerceiver.Kafka.Tests;

/// <summary>Which librdkafka is loaded.</summary>
public sealed class LibrdkafkaTests
{
    [Fact]
    public void The_version_is_that_of_the_package() => Librdkafka.Description.ShouldStartWith("2.16.0");

    [Fact]
    public void Confluent_Kafka_and_our_own_calls_use_one_file_and_it_lies_beside_the_assemblies()
    {
        Librdkafka.Choose();
        _ = Confluent.Kafka.Library.VersionString;
        using var broker = new EmbeddedBroker(); // a call of our own

        string[] loaded =
        [
            .. File.ReadLines("/proc/self/maps").Where(line => line.Contains("librdkafka", StringComparison.Ordinal))
                .Select(line => line[line.IndexOf('/')..]).Distinct(),
        ];

        loaded.Length.ShouldBe(1, string.Join(", ", loaded));
        Path.GetDirectoryName(loaded[0]).ShouldBe(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
    }
}
