using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Tests.Publish;

public sealed class DeadLetterRecordTests
{
    private const string Trace = "Undecodable: 3 bytes – not a readable image/png\nCaused by: System.IO.InvalidDataException: no end";

    private static readonly SourceRecord Source = new(
        "machines.camera", 258, 0x0102030405060708, 1_700_000_000_123, "press-7"u8.ToArray(), [0xFF, 0xD8, 0x00],
        [new("content-type", "image/jpeg"u8.ToArray()), new("trace", null), new("content-type", "image/png"u8.ToArray())],
        TimestampKind.LogAppendTime);

    private static readonly Rejection Rejection =
        new(RejectionReason.Undecodable, "3 bytes – not a readable image/png", "decode", Source, new InvalidDataException("no end"));

    [Fact]
    public void Key_and_value_are_as_they_came_and_the_timestamp_is_the_present()
    {
        OutgoingRecord record = DeadLetterRecord.From(Rejection, "dead", "machine-activity");

        record.Key.ShouldBeSameAs(Source.Key);
        record.Value.ShouldBeSameAs(Source.Value);
        record.TimestampMs.ShouldBeNull(); // the time of writing; the record's own time is in a header
    }

    [Fact]
    public void The_records_own_headers_come_first_in_their_order_repeated_and_empty_ones_too()
        => DeadLetterRecord.From(Rejection, "dead", "machine-activity").Headers.Take(3)
            .Select(h => (h.Key, h.Value is { } bytes ? Encoding.UTF8.GetString(bytes) : null))
            .ShouldBe([("content-type", "image/jpeg"), ("trace", null), ("content-type", "image/png")]);

    // Names and encodings: anchors.md, section D3.
    [Fact]
    public void Tools_of_Kafka_Connect_find_where_and_why_as_text()
        => Added().Where(h => h.Key.StartsWith("__connect.", StringComparison.Ordinal)).Select(h => (h.Key, Text(h.Value))).ShouldBe(
        [
            ("__connect.errors.topic", "machines.camera"),
            ("__connect.errors.partition", "258"),
            ("__connect.errors.offset", "72623859790382856"),
            ("__connect.errors.connector.name", "machine-activity"),
            ("__connect.errors.task.id", "258"),
            ("__connect.errors.stage", "decode"),
            ("__connect.errors.class.name", "StreamPerceiver.Decode"),
            ("__connect.errors.exception.class.name", "Undecodable"),
            ("__connect.errors.exception.message", "3 bytes – not a readable image/png"),
            ("__connect.errors.exception.stacktrace", Trace),
        ]);

    [Theory]
    [InlineData("kafka_dlt-original-topic", "machines.camera")]
    [InlineData("kafka_dlt-original-timestamp-type", "LogAppendTime")]
    [InlineData("kafka_dlt-original-consumer-group", "machine-activity")]
    [InlineData("kafka_dlt-exception-fqcn", "Undecodable")]
    [InlineData("kafka_dlt-exception-cause-fqcn", "System.IO.InvalidDataException")]
    [InlineData("kafka_dlt-exception-message", "3 bytes – not a readable image/png")]
    [InlineData("kafka_dlt-exception-stacktrace", Trace)]
    public void Tools_of_Spring_find_the_same(string name, string text)
        => Text(Added().Single(h => h.Key == name).Value).ShouldBe(text);

    [Theory]
    [InlineData("kafka_dlt-original-partition", new byte[] { 0, 0, 1, 2 })]
    [InlineData("kafka_dlt-original-offset", new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 })]
    [InlineData("kafka_dlt-original-timestamp", new byte[] { 0x00, 0x00, 0x01, 0x8B, 0xCF, 0xE5, 0x68, 0x7B })]
    public void Springs_numbers_are_big_endian(string name, byte[] bytes) => Added().Single(h => h.Key == name).Value.ShouldBe(bytes);

    [Fact]
    public void A_record_without_key_value_and_time_can_be_a_dead_letter_too()
    {
        var bare = new SourceRecord("t", 0, 0, -1, null, null, []);

        OutgoingRecord record = DeadLetterRecord.From(new Rejection(RejectionReason.EmptyPayload, "the record has no value", "decode", bare), "dead", "g");

        (record.Key, record.Value, record.TimestampMs).ShouldBe((null, null, null));
        record.Headers.Single(h => h.Key == "kafka_dlt-original-timestamp").Value!.ShouldAllBe(b => b == 0xFF);
    }

    [Fact]
    public void Where_nothing_was_thrown_there_is_no_cause_and_the_trace_is_the_reason()
    {
        var headers = DeadLetterRecord.From(Rejection with { Cause = null }, "dead", "machine-activity").Headers;

        headers.Select(h => h.Key).ShouldNotContain("kafka_dlt-exception-cause-fqcn");
        Text(headers.Last(h => h.Key == "kafka_dlt-exception-stacktrace").Value).ShouldBe("Undecodable: 3 bytes – not a readable image/png");
    }

    [Theory]
    [InlineData(8192, 8192)]
    [InlineData(8193, 8192)]
    [InlineData(1_000_000, 8192)]
    public void A_text_that_is_too_long_for_a_header_is_cut_and_says_so(int length, int kept)
    {
        Rejection wordy = Rejection with { Detail = new string('x', length) };

        string message = Text(DeadLetterRecord.From(wordy, "dead", "g").Headers.Last(h => h.Key == "__connect.errors.exception.message").Value);

        message.ShouldBe(new string('x', kept) + (kept < length ? $"... (cut: {kept} of {length} characters)" : ""));
    }

    [Fact]
    public void A_text_is_not_cut_within_a_character()
    {
        Rejection wordy = Rejection with { Detail = new string('x', 8191) + "😀" + new string('x', 100) };

        Text(DeadLetterRecord.From(wordy, "dead", "g").Headers.Last(h => h.Key == "__connect.errors.exception.message").Value)
            .ShouldBe(new string('x', 8191) + "... (cut: 8191 of 8293 characters)");
    }

    // A record becomes a dead letter for the second time. The last header of a name is that of the last failure.
    [Fact]
    public void A_dead_letter_that_fails_again_keeps_its_first_failure_in_front_of_the_second()
    {
        OutgoingRecord first = DeadLetterRecord.From(Rejection, "dead", "g");
        var again = new SourceRecord("g.dead-letters", 0, 7, 0, first.Key, first.Value, first.Headers);

        var headers = DeadLetterRecord.From(Rejection with { Record = again }, "dead", "g").Headers;

        headers.Where(h => h.Key == "__connect.errors.topic").Select(h => Text(h.Value)).ShouldBe(["machines.camera", "g.dead-letters"]);
    }

    private static IEnumerable<KeyValuePair<string, byte[]?>> Added()
        => DeadLetterRecord.From(Rejection, "dead", "machine-activity").Headers.Skip(Source.Headers.Count);

    private static string Text(byte[]? bytes) => Encoding.UTF8.GetString(bytes!);
}
