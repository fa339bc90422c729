using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Broker.Tests;

/// <summary>Records that a topic deletes while no worker is there: those that were used, and those that were not.</summary>
public sealed class RetentionTests
{
    private static readonly long Now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000 * 1000;

    // The last offset of the input is that of a marker. All of its records have been used, so nothing is lost.
    [SkippableTheory]
    [InlineData("exactly-once")]
    [InlineData("at-least-once")]
    public void InputThatEndsWithAMarker_AndIsEmptiedByRetention_LetsTheNextRunStart(string delivery)
    {
        using TestBroker broker = TestBroker.Start(real: true);
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using var pipeline = new TinyPipeline("marker", "a", "b");
        var client = new IndependentClient(broker.BootstrapServers);
        broker.CreateTopic("tiny.a", 1);
        broker.CreateTopic("tiny.b", 1);
        PublishInTransaction(broker, Readings("b", 0, 2));
        client.Publish(Readings("a", 0, 12));
        WorkerProcess first = pipeline.Start(broker, 0, "classic", $"--Kafka:Delivery={delivery}");
        pipeline.Await(client, 10, first);
        first.Terminate().ShouldBe(0, first.Said);

        broker.DeleteRecords("tiny.b", 0, before: null);
        client.Publish(Readings("a", 12, 20));
        WorkerProcess second = pipeline.Start(broker, 0, "classic", $"--Kafka:Delivery={delivery}", "--Kafka:OnLostRecords=stop");
        SourceRecord[] published = pipeline.Await(client, 18, second);
        second.Terminate().ShouldBe(0, second.Said);

        published.Select(p => p.Header("ce_id")).ShouldBeUnique();
    }

    [SkippableTheory]
    [InlineData("exactly-once")]
    [InlineData("at-least-once")]
    public void RecordsThatWereNeverRead_AndAreDeleted_EndTheRunOrArePublishedAsLost(string delivery)
    {
        using TestBroker broker = TestBroker.Start(real: true);
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using var pipeline = new TinyPipeline("loss", "a");
        var client = new IndependentClient(broker.BootstrapServers);
        broker.CreateTopic("tiny.a", 1);
        client.Publish(Readings("a", 0, 10));
        WorkerProcess first = pipeline.Start(broker, 0, "classic", $"--Kafka:Delivery={delivery}");
        int before = pipeline.Await(client, 8, first).Length;
        first.Terminate().ShouldBe(0, first.Said);
        client.Publish(Readings("a", 10, 30));
        broker.DeleteRecords("tiny.a", 0, before: 100);

        WorkerProcess refused = pipeline.Start(broker, 0, "classic", $"--Kafka:Delivery={delivery}");
        refused.AwaitExit().ShouldBe(2, refused.Said);
        refused.Said.ShouldMatch("tiny.a/0: offsets [0-9]+ to 99, at most [0-9]+ records, were deleted before they were read and published");
        refused.Said.ShouldContain("start with Kafka:OnLostRecords=continue");

        WorkerProcess second = pipeline.Start(broker, 0, "classic", $"--Kafka:Delivery={delivery}", "--Kafka:OnLostRecords=continue");
        pipeline.Await(client, before + 8, second);
        second.Terminate().ShouldBe(0, second.Said);
        WorkerProcess third = pipeline.Start(broker, 0, "classic", $"--Kafka:Delivery={delivery}"); // the loss is over
        client.Publish(Readings("a", 30, 34));
        pipeline.Await(client, before + 12, third);
        third.Terminate().ShouldBe(0, third.Said);

        SourceRecord letter = client.Read(pipeline.Definition.DeadLetterTopic).ShouldHaveSingleItem();
        JsonNode loss = JsonNode.Parse(letter.Value)!;
        (Encoding.UTF8.GetString(letter.Key!), loss["reason"]!.GetValue<string>(), loss["nextOffset"]!.GetValue<long>())
            .ShouldBe(("tiny.a/0", "RecordsLost", 100));
        second.Said.ShouldContain($"tiny.a/0: offsets {loss["fromOffset"]} to 99");
    }

    private static void PublishInTransaction(TestBroker broker, IEnumerable<SourceRecord> records)
    {
        using IProducer<byte[]?, byte[]?> producer = new ProducerBuilder<byte[]?, byte[]?>(
            new ProducerConfig { BootstrapServers = broker.BootstrapServers, TransactionalId = "upstream" }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        producer.BeginTransaction();
        foreach (SourceRecord record in records)
        {
            Headers headers = [];
            foreach ((string name, byte[]? value) in record.Headers) headers.Add(name, value);
            producer.Produce(record.Topic, new Message<byte[]?, byte[]?>
            {
                Key = record.Key,
                Value = record.Value,
                Headers = headers,
                Timestamp = new Timestamp(record.TimestampMs, TimestampType.CreateTime),
            });
        }

        producer.CommitTransaction(TimeSpan.FromSeconds(30));
    }

    private static IEnumerable<SourceRecord> Readings(string input, int fromSecond, int toSecond)
        => Enumerable.Range(5 * fromSecond, 5 * (toSecond - fromSecond)).Select(i => TinyPipeline.Record(input, 0, Now - 120_000 + 200 * i, "[1]"));
}
