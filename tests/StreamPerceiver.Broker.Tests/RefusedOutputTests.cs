using System.Text;
using System.Text.Json.Nodes;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Broker.Tests;

/// <summary>Outputs that a broker will never take, in topics whose settings are known at the start, or change behind the worker's back.</summary>
public sealed class RefusedOutputTests
{
    private const int Windows = 40;

    private static readonly long Now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000 * 1000;

    // The broker takes no such time, and the dead letter of the record had it, too.
    [SkippableTheory]
    [InlineData("exactly-once")]
    [InlineData("at-least-once")]
    public void RecordStampedInMicroseconds_BetweenOthers_IsADeadLetterAndTheOthersArePublished(string delivery)
    {
        using TestBroker broker = TestBroker.Start(real: true);
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using var pipeline = new TinyPipeline("micro", "a");
        var client = new IndependentClient(broker.BootstrapServers);
        broker.CreateTopic("tiny.a", 1);
        broker.Configure("tiny.a", "message.timestamp.after.max.ms", $"{long.MaxValue}");
        client.Publish([TinyPipeline.Record("a", 9, Now * 1000, "[1]"), .. Readings(Now - 60_000)]);

        WorkerProcess worker = pipeline.Start(broker, 0, "classic", $"--Kafka:Delivery={delivery}");
        pipeline.Await(client, Windows, worker);
        worker.Terminate().ShouldBe(0, worker.Said);

        SourceRecord letter = client.Read(pipeline.Definition.DeadLetterTopic).ShouldHaveSingleItem();
        letter.Header("kafka_dlt-exception-fqcn").ShouldBe("BadEventTime");
        letter.TimestampMs.ShouldBeGreaterThan(Now - 1000); // the present, not the record's
        worker.Said.ShouldNotContain("starts afresh");
    }

    // The worker has read the settings when it started. A record that is refused goes in a form that the topic takes.
    [SkippableTheory]
    [InlineData("exactly-once", "max.message.bytes", "320", "OutputRefused")]
    [InlineData("at-least-once", "max.message.bytes", "320", "OutputRefused")]
    [InlineData("exactly-once", "message.timestamp.before.max.ms", "20000", null)]
    [InlineData("at-least-once", "message.timestamp.before.max.ms", "20000", null)]
    public void PredictionTopic_ThatGetsStricterWhileTheWorkerRuns_LosesNothingAndStopsNothing(string delivery, string setting, string value, string? reason)
    {
        using TestBroker broker = TestBroker.Start(real: true);
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using var pipeline = new TinyPipeline("strict", "a");
        var client = new IndependentClient(broker.BootstrapServers);
        broker.CreateTopic("tiny.a", 1);
        SourceRecord[] records = Readings(Now - 120_000);
        client.Publish(records[..50]);
        WorkerProcess worker = pipeline.Start(broker, 0, "classic", $"--Kafka:Delivery={delivery}");
        pipeline.Await(client, 8, worker);

        broker.Configure(pipeline.Definition.PredictionTopic, setting, value);
        client.Publish(records[50..]);
        (SourceRecord[] predictions, SourceRecord[] letters) = ([], []);
        for (int attempt = 0; attempt < 200 && predictions.Length + letters.Length < Windows; attempt++)
        {
            predictions = [.. client.Read(pipeline.Definition.PredictionTopic)];
            letters = [.. client.Read(pipeline.Definition.DeadLetterTopic)];
        }

        worker.Terminate().ShouldBe(0, worker.Said);
        string[] ends = [.. predictions.Concat(letters).Select(r => JsonNode.Parse(r.Value)!["window"]!["end"]!.GetValue<string>())];
        ends.ShouldBeUnique();
        ends.Length.ShouldBeGreaterThanOrEqualTo(Windows, worker.Said);
        letters.ShouldAllBe(l => l.Header("kafka_dlt-exception-fqcn") == reason);
        if (reason is not null) letters.Length.ShouldBeGreaterThan(Windows - 12);
        worker.Said.ShouldNotContain("starts afresh");
    }

    // A topic that becomes a compacted one takes no record without a key any more.
    [SkippableTheory]
    [InlineData("exactly-once", true)]
    [InlineData("exactly-once", false)]
    [InlineData("at-least-once", true)]
    [InlineData("at-least-once", false)]
    public void DeadLetters_ThatAreCompacted_TakeTheLetterOfARecordWithoutKey(string delivery, bool isKnownAtTheStart)
    {
        using TestBroker broker = TestBroker.Start(real: true);
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using var pipeline = new TinyPipeline("compacted", "a");
        var client = new IndependentClient(broker.BootstrapServers);
        broker.CreateTopic("tiny.a", 1);
        broker.CreateTopic(pipeline.Definition.DeadLetterTopic, 1);
        SourceRecord bad = TinyPipeline.Record("a", 9, Now - 60_000, "no JSON");
        SourceRecord[] records = Readings(Now - 60_000);
        if (isKnownAtTheStart) broker.Configure(pipeline.Definition.DeadLetterTopic, "cleanup.policy", "compact");
        client.Publish(records[..50]);
        WorkerProcess worker = pipeline.Start(broker, 0, "classic", $"--Kafka:Delivery={delivery}");
        pipeline.Await(client, 8, worker);
        if (!isKnownAtTheStart) broker.Configure(pipeline.Definition.DeadLetterTopic, "cleanup.policy", "compact");
        client.Publish([bad, bad with { Key = null }, bad, .. records[50..], bad with { Key = null }]);

        pipeline.Await(client, Windows, worker);
        SourceRecord[] letters = [];
        for (int attempt = 0; attempt < 200 && letters.Length < 4; attempt++) letters = [.. client.Read(pipeline.Definition.DeadLetterTopic)];
        worker.Terminate().ShouldBe(0, worker.Said);

        (string?, string?, string)[] expected =
        [
            ("50", "Undecodable", "machine-9"), ("51", "MissingKey", "tiny.a/0/51"), ("52", "Undecodable", "machine-9"),
            ($"{records.Length + 3}", "MissingKey", $"tiny.a/0/{records.Length + 3}"),
        ];
        letters.Select(l => (l.Header("__connect.errors.offset"), l.Header("kafka_dlt-exception-fqcn"), Encoding.UTF8.GetString(l.Key!)))
            .ShouldBe(expected, ignoreOrder: true, worker.Said);
        string refusal = $"{pipeline.Definition.DeadLetterTopic} does not take the dead letter of tiny.a/0/51: ";
        worker.Said.Contains(refusal, StringComparison.Ordinal).ShouldBe(!isKnownAtTheStart);
        worker.Said.ShouldNotContain("starts afresh");
    }

    // Windows of 2 s, one a second.
    private static SourceRecord[] Readings(long fromMs)
        => [.. Enumerable.Range(0, 5 * (Windows + 2)).Select(i => TinyPipeline.Record("a", 0, fromMs + 200 * i, "[1]"))];
}
