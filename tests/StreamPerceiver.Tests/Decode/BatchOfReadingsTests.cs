using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using static StreamPerceiver.Tests.Decode.Payloads;
using Decoder = StreamPerceiver.Decode.Decoder;

namespace StreamPerceiver.Tests.Decode;

/// <summary>A record with several readings, one a line. The record's own time is 22:13:20.123456789 on 14 November 2023.</summary>
public sealed class BatchOfReadingsTests
{
    [Fact]
    public void Each_line_is_a_reading_at_its_own_time_or_at_the_records_and_they_come_in_the_order_of_time()
    {
        (MediaSample[] samples, Rejection? rejection) = Decode("""
            {"x": 1, "y": 2, "z": 3, "time": "2023-11-14T22:13:21Z"}

            [4, 5, 6]
            """);

        rejection.ShouldBeNull();
        samples.Cast<SensorReading>().Select(s => (s.Time.ToString(), s.Values[0], s.Index))
            .ShouldBe([("2023-11-14T22:13:20.123456789Z", 4f, 1), ("2023-11-14T22:13:21Z", 1f, 0)]);
    }

    [Theory]
    [InlineData("[4, 5]", RejectionReason.WrongShape, "line 2")]
    [InlineData("{", RejectionReason.Undecodable, "line 2")]
    [InlineData("""{"x": 1, "y": 2, "z": 3, "time": "noon"}""", RejectionReason.BadEventTime, "time is 'noon'")]
    [InlineData("""{"x": 1, "y": 2, "z": 3, "time": "2023-11-14T22:13:22.2Z"}""", RejectionReason.BadEventTime, "2000 ms (maxSpanMs)")]
    public void A_bad_line_is_rejected_with_all_behind_it_and_those_before_it_are_used(string bad, RejectionReason reason, string named)
    {
        (MediaSample[] samples, Rejection? rejection) = Decode($"[1, 2, 3]\n{bad}\n[7, 8, 9]");

        samples.Cast<SensorReading>().ShouldHaveSingleItem().Values.ShouldBe([1f, 2f, 3f]);
        rejection.ShouldNotBeNull().Holds(reason, named);
    }

    [Fact]
    public void A_record_holds_at_most_so_many_readings()
    {
        (MediaSample[] samples, Rejection? rejection) = Decode(string.Concat(Enumerable.Repeat("[1,2,3]\n", SampleCollector.MostSamples + 1)));

        samples.Length.ShouldBe(SampleCollector.MostSamples);
        rejection.ShouldNotBeNull().Holds(RejectionReason.WrongShape, "65537 samples", "at most 65536");
    }

    [Fact]
    public void A_record_of_very_many_readings_takes_no_more_memory_than_those_that_are_used()
    {
        var decoder = new Decoder([Imu], "decode");
        RawRecord record = Raw(Imu, "application/x-ndjson", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("[1,2,3]\n", 200_000))));
        long before = GC.GetAllocatedBytesForCurrentThread();

        decoder.Decode(record, []);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(SampleCollector.MostSamples * 500);
    }

    [Fact]
    public void A_record_without_a_reading_is_rejected()
        => Rejected(Imu, "application/x-ndjson", "\n \r\n"u8.ToArray()).Holds(RejectionReason.WrongShape, "no sample");

    private static (MediaSample[] Samples, Rejection? Rejection) Decode(string lines)
    {
        List<MediaSample> samples = [];
        SensorSpec imu = Imu with { MaxSpanNs = 2 * EventTime.PerSecond };
        Rejection? rejection = new Decoder([imu], "decode").Decode(Raw(Imu, "application/x-ndjson", Encoding.UTF8.GetBytes(lines)), samples);
        return ([.. samples], rejection);
    }
}
