using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Ingest;

/// <summary>Event times in headers and fields, in each format. Kafka's timestamp is 2023-11-14T22:13:20Z.</summary>
public sealed class EventTimeSourceTests
{
    private const long Timestamp = 1_700_000_000_000;

    private static readonly EventTime Half = new(1_700_000_000_500_000_000);

    [Theory]
    [InlineData(TimeFormat.Rfc3339, "2023-11-14T22:13:20.5Z")]
    [InlineData(TimeFormat.S, "1700000000.5")]
    [InlineData(TimeFormat.S, "17000000005e-1")]
    [InlineData(TimeFormat.Ms, "1700000000500")]
    [InlineData(TimeFormat.Us, "1700000000500000.0001")]
    [InlineData(TimeFormat.Ns, "1700000000500000000")]
    public void A_header_has_the_time_in_each_format(TimeFormat format, string text)
        => Read(EventTimeKind.Header, "Ts", format, "application/json", "[1]", ("ts", text), ("ce_time", "2023-11-14T00:00:00Z")).ShouldBe((Half, ""));

    [Theory]
    [InlineData(TimeFormat.Rfc3339, "1700000000", "header Ts is '1700000000', expected an RFC 3339 time")]
    [InlineData(TimeFormat.S, "2023-11-14T22:13:20Z", "header Ts is '2023-11-14T22:13:20Z', expected seconds since 1970")]
    [InlineData(TimeFormat.Ms, "", "header Ts is '', expected milliseconds since 1970")]
    [InlineData(TimeFormat.Us, "1e400", "header Ts is '1e400', expected microseconds since 1970")]
    [InlineData(TimeFormat.Ns, "9223372036854775808", "header Ts is '9223372036854775808', expected nanoseconds since 1970")]
    [InlineData(TimeFormat.S, "-1", "event time is 1969-12-31T23:59:59Z, expected 1970 or later")]
    [InlineData(TimeFormat.S, "1700000061", "event time is 2023-11-14T22:14:21Z, expected 2023-11-14T22:14:20Z at most")]
    [InlineData(TimeFormat.S, null, "header Ts is missing, expected seconds since 1970")]
    public void A_header_without_such_a_time_is_refused(TimeFormat format, string? text, string problem)
        => Read(EventTimeKind.Header, "Ts", format, "application/json", "[1]", text is null ? [] : [("ts", text)]).Problem.ShouldStartWith(problem);

    [Theory]
    [InlineData("application/json", """{"x":1,"meta":{"u":[{"t":1}],"t":1700000000.5}}""")]
    [InlineData("application/json", """{"x":1,"meta.t":"1700000000.5"}""")]
    [InlineData("application/json", """[{"meta":{},"x":1,"meta":{"t":1700000000.5}},{"meta":{"t":5}}]""")]
    [InlineData("application/json", """{"meta":{"t":[1700000000.5,7]},"x":[1,2]}""")]
    [InlineData("application/json", """{"readings":[{"x":1,"meta":{"t":1700000000.5}}],"start":7}""")]
    [InlineData("application/json", """{"readings":[[1],[2]],"rateHz":1,"start":1700000000.5}""")]
    [InlineData("application/x-ndjson", "\n{\"meta\":{\"t\":1700000000.5}}\n{}")]
    [InlineData("text/csv", "x,\"meta.t\"\n1,1700000000.5\n2,7")]
    public void A_field_has_the_time_of_the_first_reading(string type, string payload)
        => Read(EventTimeKind.Field, "meta.t", TimeFormat.S, type, payload, ("ce_time", "noon")).ShouldBe((Half, ""));

    [Theory]
    [InlineData("application/json", """{"x":1,"meta":{"u":1},"t":1}""", "meta.t is missing, expected seconds since 1970")]
    [InlineData("application/json", "[1]", "meta.t is missing")]
    [InlineData("application/json", """{"meta":{"t":"noon"}}""", "meta.t is 'noon', expected seconds since 1970")]
    [InlineData("application/json", """{"meta":{"t":true}}""", "meta.t is a JSON True")]
    [InlineData("application/json", """{"meta":{"t":1e40}}""", "meta.t is a number out of range")]
    [InlineData("application/json", """{"meta":{"t":-5}}""", "event time is 1969-12-31T23:59:55Z, expected 1970 or later")]
    [InlineData("application/json", """{"meta":{"t":1700000061}}""", "event time is 2023-11-14T22:14:21Z, expected 2023-11-14T22:14:20Z at most")]
    [InlineData("application/json", "{", "not JSON")]
    [InlineData("application/json", "", "the record has no value, expected the field meta.t")]
    [InlineData("text/csv", "x,meta.t\n1", "meta.t is missing")]
    [InlineData("image/png", "?", "content-type is 'image/png', expected one with the field meta.t: application/json")]
    public void A_record_without_such_a_field_is_refused(string type, string payload, string problem)
        => Read(EventTimeKind.Field, "meta.t", TimeFormat.S, type, payload).Problem.ShouldStartWith(problem);

    [Fact]
    public void Kafkas_timestamp_may_win_over_the_header()
        => Read(EventTimeKind.Timestamp, "", TimeFormat.Rfc3339, "application/json", "[1]", ("ce_time", "noon"))
            .ShouldBe((EventTime.FromUnixMilliseconds(Timestamp), ""));

    [Fact]
    public void What_was_taken_is_counted_by_input_and_place()
    {
        InputSpec[] inputs = [Some.Sensor("one"), Some.Sensor("two") with { TimeSource = new EventTimeSource(EventTimeKind.Header, "ts", TimeFormat.S) }];
        var reader = new EventTimeReader(inputs, 0);
        (int, string, string)[] records =
            [(0, "ce_time", "1970-01-01T00:00:00Z"), (0, "ts", "0"), (0, "ts", "0"), (1, "ts", "0"), (1, "ts", "?")];
        foreach ((int input, string header, string text) in records)
            reader.TryRead(Some.Record(timestampMs: 5, headers: (header, text)), input, out _, out _, out _, out _);

        reader.Taken.ShouldBe([("one", EventTimeKind.CloudEvents, 1), ("one", EventTimeKind.Timestamp, 2), ("two", EventTimeKind.Header, 1)]);
    }

    private static (EventTime? Time, string Problem) Read(
        EventTimeKind kind, string name, TimeFormat format, string type, string payload, params (string, string?)[] headers)
    {
        InputSpec input = Some.Sensor("imu") with { TimeSource = new EventTimeSource(kind, name, format) };
        SourceRecord headed = Some.Record(timestampMs: Timestamp, headers: [("content-type", type), .. headers]);
        SourceRecord record = headed with { Value = Encoding.UTF8.GetBytes(payload) };
        bool isRead = new EventTimeReader([input], 60 * EventTime.PerSecond).TryRead(record, 0, out EventTime time, out _, out _, out string problem);
        return (isRead ? time : null, problem);
    }
}
