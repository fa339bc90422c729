using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Tests.Publish;

public sealed class PoisonWindowTests
{
    // 2023-11-14T22:13:20Z
    private const long Start = 1_700_000_000 * EventTime.PerSecond;

    private static readonly PublishTopics Topics = new("out", "dead", null, "progress");

    private static readonly WindowHeader Window = new(
        3, "press-7", new EventTime(Start), new EventTime(Start + 2_500_000_000), CloseReason.Idle,
        [new InputPresence("camera", 5.0 / 6, 12_500_000), new InputPresence("microphone", 0, null)]);

    private static readonly PoisonWindow Poison =
        new(RejectionReason.NotFinite, "output activity: logit 1 is NaN, expected a finite number", "infer", Window, null);

    [Fact]
    public void The_record_is_keyed_and_timed_like_the_prediction_that_it_stands_for()
    {
        OutgoingRecord record = DeadLetterRecord.From(Poison, "dead", "machine-activity"), prediction = PredictionRecord.From(Prediction, "out");

        (record.Topic, Text(record.Key), record.TimestampMs).ShouldBe(("dead", Text(prediction.Key), null));
    }

    [Fact]
    public void The_value_is_this_to_the_byte()
        => Text(DeadLetterRecord.From(Poison, "dead", "machine-activity").Value).ShouldBe(
            """
            {"pipeline":"machine-activity","entity":"press-7",
            "window":{"start":"2023-11-14T22:13:20Z","end":"2023-11-14T22:13:22.500Z","closedBy":"idle"},
            "inputs":{"camera":{"present":true,"coverage":0.833333,"stalenessMs":12.5},"microphone":{"present":false,"coverage":0}},
            "reason":"NotFinite","detail":"output activity: logit 1 is NaN, expected a finite number"}
            """.ReplaceLineEndings(""));

    [Fact]
    public void The_headers_are_those_of_a_dead_letter_that_stems_from_no_single_record()
        => DeadLetterRecord.From(Poison, "dead", "machine-activity").Headers.Select(h => (h.Key, Text(h.Value))).ShouldBe(
        [
            ("content-type", "application/json"),
            ("__connect.errors.connector.name", "machine-activity"),
            ("__connect.errors.task.id", "3"),
            ("__connect.errors.stage", "infer"),
            ("__connect.errors.class.name", "StreamPerceiver.Infer"),
            ("__connect.errors.exception.class.name", "NotFinite"),
            ("__connect.errors.exception.message", "output activity: logit 1 is NaN, expected a finite number"),
            ("__connect.errors.exception.stacktrace", "NotFinite: output activity: logit 1 is NaN, expected a finite number"),
            ("kafka_dlt-original-consumer-group", "machine-activity"),
            ("kafka_dlt-exception-fqcn", "NotFinite"),
            ("kafka_dlt-exception-message", "output activity: logit 1 is NaN, expected a finite number"),
            ("kafka_dlt-exception-stacktrace", "NotFinite: output activity: logit 1 is NaN, expected a finite number"),
        ]);

    [Theory]
    [InlineData(null)]
    [InlineData("MSG_SIZE_TOO_LARGE")]
    public void It_belongs_to_the_trace_that_the_prediction_would_belong_to(string? refusal)
    {
        WindowHeader traced = Window with { Trace = new TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "vendor=1") };
        var records = new OutgoingRecords(Topics, "machine-activity", inTransactions: true, new TopicIds());
        PoisonWindow poison = Poison with { Window = traced, Refusal = refusal };

        OutgoingRecord letter = records.RecordsOf(Envelope<Prediction>.OfNotice(poison, new RecordAck(0)))[0];
        OutgoingRecord prediction = PredictionRecord.From(Prediction with { Header = traced }, "out");

        Trace(letter).ShouldBe(Trace(prediction));
        Trace(letter)[0].ShouldStartWith("00-4bf92f3577b34da6a3ce929d0e0e4736-");
        Trace(letter)[1].ShouldBe("vendor=1");
    }

    [Fact]
    public void What_the_device_said_may_be_long_and_is_then_cut()
        => Text(DeadLetterRecord.From(Poison with { Detail = new string('x', 10_000) }, "dead", "g").Value)
            .ShouldEndWith("xxx... (cut: 8192 of 10000 characters)\"}");

    // Or a restart would meet it again: the progress is the same as if it had been predicted, and comes after the dead letter.
    [Fact]
    public void Its_progress_is_written_as_for_a_prediction()
    {
        var records = new OutgoingRecords(Topics, "machine-activity", inTransactions: false, new TopicIds());
        var ofPoison = records.RecordsOf(Envelope<Prediction>.OfNotice(Poison, new RecordAck(0)));
        var ofPrediction = records.RecordsOf(Envelope<Prediction>.OfValue(Prediction, new RecordAck(0)));

        ofPoison.Select(r => r.Topic).ShouldBe(["dead", "progress"]);
        ofPrediction.Select(r => r.Topic).ShouldBe(["out", "progress"]);
        ofPoison[1].Partition.ShouldBe(3);
        (Text(ofPoison[1].Key), Text(ofPoison[1].Value)).ShouldBe((Text(ofPrediction[1].Key), Text(ofPrediction[1].Value)));
        OutgoingRecords.OutcomeOf(Envelope<Prediction>.OfNotice(Poison, new RecordAck(0))).ShouldBe(Outcome.Rejected);
    }

    private static Prediction Prediction => new("machine-activity", Window, new ModelIdentity("tiny", "0123456789ab"), []);

    private static string[] Trace(OutgoingRecord record)
        => [.. record.Headers.Where(h => h.Key is "traceparent" or "tracestate").Select(h => Text(h.Value))];

    private static string Text(byte[]? bytes) => Encoding.UTF8.GetString(bytes!);
}
