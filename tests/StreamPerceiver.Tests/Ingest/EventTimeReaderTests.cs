using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Ingest;

public sealed class EventTimeReaderTests
{
    [Fact]
    public void TryRead_NoHeader_IsKafkasTimestamp()
        => Read(Some.Record(timestampMs: 1_234)).ShouldBe((true, new EventTime(1_234_000_000), ""));

    [Fact]
    public void TryRead_CeTime_WinsOverKafkasTimestamp()
        => Read(Some.Record(timestampMs: 1_234, headers: ("ce_time", "1970-01-01T00:00:00.000000007Z"))).ShouldBe((true, new EventTime(7), ""));

    [Fact]
    public void TryRead_HeaderRepeated_TheLastOneCounts()
    {
        SourceRecord record = Some.Record(
            headers: [("ce_time", "1970-01-01T00:00:01Z"), ("ce_time", "1970-01-01T00:00:02Z"), ("ce_type", "1970-01-01T00:00:03Z")]);

        Read(record).ShouldBe((true, Some.At(2_000), ""));
    }

    [Theory]
    [InlineData("CE_TIME")]
    [InlineData("Ce_Time")]
    public void TryRead_HeaderInAnotherCase_IsReadToo(string name)
        => Read(Some.Record(timestampMs: 1_234, headers: (name, "1970-01-01T00:00:02Z"))).ShouldBe((true, Some.At(2_000), ""));

    [Theory]
    [InlineData("noon")]
    [InlineData("")]
    public void TryRead_HeaderIsNoTime_SaysWhatItFound(string text)
    {
        (bool ok, _, string problem) = Read(Some.Record(timestampMs: 1_234, headers: ("ce_time", text)));

        ok.ShouldBeFalse(); // and Kafka's timestamp does not stand in for it
        problem.ShouldStartWith($"header ce_time is '{text}', expected an RFC 3339 time");
    }

    [Fact]
    public void TryRead_NineteenSeventy_IsTheFirstInstantTaken()
    {
        Read(Some.Record(headers: ("ce_time", "1970-01-01T00:00:00Z"))).Ok.ShouldBeTrue();

        (bool ok, _, string problem) = Read(Some.Record(headers: ("ce_time", "1969-12-31T23:59:59.999999999Z")));
        ok.ShouldBeFalse();
        problem.ShouldBe("event time is 1969-12-31T23:59:59.999999999Z, expected 1970 or later");
    }

    [Fact]
    public void TryRead_RecordWithoutATimestamp_IsRefused() => Read(Some.Record(timestampMs: -1)).Ok.ShouldBeFalse(); // Kafka's way of saying none

    [Theory]
    [InlineData(9_223_372_036_855)] // the first millisecond past 64-bit nanoseconds
    [InlineData(20_000_000_000_000)] // wraps round to 2019
    [InlineData(1_769_860_800_000_000)] // microseconds where Kafka expects milliseconds
    public void TryRead_TimestampBeyond64BitNanoseconds_IsRefusedRatherThanWrappedRound(long milliseconds)
        => Read(Some.Record(timestampMs: milliseconds)).Ok.ShouldBeFalse();

    [Theory]
    [InlineData(1_500, 2_734)]
    [InlineData(-1_000, 234)]
    public void TryRead_ClockOffset_IsAddedWhereverTheTimeComesFrom(int offsetMs, long expectedMs)
    {
        Read(Some.Record(timestampMs: 1_234), offsetMs).Time.ShouldBe(Some.At(expectedMs));
        Read(Some.Record(timestampMs: 9_999, headers: ("ce_time", "1970-01-01T00:00:01.234Z")), offsetMs).Time.ShouldBe(Some.At(expectedMs));
    }

    [Fact]
    public void TryRead_ClockOffsetLeadsBefore1970_IsRefused() => Read(Some.Record(timestampMs: 1_234), -1_235).Ok.ShouldBeFalse();

    [Fact]
    public void TryRead_TimeFarAheadOfKafkas_IsRefusedWithBoth()
    {
        Read(Some.Record(timestampMs: 500, headers: ("ce_time", "1970-01-01T00:01:00.5Z"))).Ok.ShouldBeTrue(); // a minute ahead is allowed

        (bool ok, _, string problem) = Read(Some.Record(timestampMs: 500, headers: ("ce_time", "2040-01-01T00:00:00Z")));
        ok.ShouldBeFalse();
        problem.ShouldBe("event time is 2040-01-01T00:00:00Z, expected 1970-01-01T00:01:00.500Z at most, by Kafka's timestamp and maxFutureMs");
    }

    private static (bool Ok, EventTime Time, string Problem) Read(SourceRecord record, int clockOffsetMs = 0)
    {
        bool ok = new EventTimeReader([Some.Sensor("imu") with { ClockOffsetNs = clockOffsetMs * Some.Ms }], 60 * EventTime.PerSecond)
            .TryRead(record, 0, out EventTime time, out _, out _, out string problem);
        return (ok, time, problem);
    }
}
