using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;

namespace StreamPerceiver.Kafka.Tests;

public sealed class LogOffsetsTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly EmbeddedBroker _broker = new(brokers: 2);
    private readonly IProducer<Null, byte[]> _client;
    private readonly LogOffsets _offsets;

    public LogOffsetsTests()
    {
        _broker.CreateTopic("a", 2);
        _client = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = _broker.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        _offsets = new LogOffsets(_client.Handle, new ClientCalls("the client", new FakeTimeProvider()));
    }

    public void Dispose()
    {
        _offsets.Dispose();
        _client.Dispose();
        _broker.Dispose();
    }

    [Fact]
    public async Task Logs_begin_and_end_where_the_brokers_say()
    {
        await _client.ProduceAsync(new TopicPartition("a", 1), new Message<Null, byte[]> { Value = [1] });

        _offsets.Begin(Partitions(), Timeout).Values.ShouldBe([0, 0]);
        _offsets.End(Partitions(), IsolationLevel.ReadUncommitted, Timeout).ShouldBe(new Dictionary<TopicPartition, long>
        {
            [new("a", 0)] = 0,
            [new("a", 1)] = 1,
        });
    }

    [Fact]
    public void A_leader_that_does_not_answer_gives_no_offset()
    {
        _broker.Delay(2, TimeSpan.FromMinutes(1)); // the other one goes on to name it as the leader of a partition

        Should.Throw<KafkaException>(() => _offsets.Begin(Partitions(), Timeout)).Error.Reason.ShouldEndWith("its leader has not answered");
        Should.Throw<KafkaException>(() => _offsets.End(Partitions(), IsolationLevel.ReadUncommitted, Timeout));
    }

    private static TopicPartition[] Partitions() => [new("a", 0), new("a", 1)];
}
