using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Text;
using StreamPerceiver.Recordings.Times;

namespace StreamPerceiver.Recordings.Tests;

/// <summary>The times of records that are played again, or at another time.</summary>
public sealed class RecordLoopTests
{
    private const long Start = 1_700_000_000_000;

    [Fact]
    public void Played_once_without_a_start_records_are_as_they_were()
    {
        RecordedRecord[] records = [Recorded(0, "x"), Recorded(1500, "2023-11-14T22:13:20Z")];

        RecordLoop.Play(records, 1, new TimeShift()).Select(p => p.Record).ShouldBe(records.Select(r => r.Record));
    }

    [Fact]
    public void Each_loop_is_later_by_the_whole_seconds_beyond_the_recording()
    {
        RecordedRecord[] records = [Recorded(0), Recorded(2990), Recorded(1200)];

        PlayedRecord[] played = [.. RecordLoop.Play(records, 3, new TimeShift())];

        played.Select(p => p.Record.TimestampMs - Start).ShouldBe([0, 2990, 1200, 3000, 5990, 4200, 6000, 8990, 7200]);
        played.Select(p => p.Loop).ShouldBe([0, 0, 0, 1, 1, 1, 2, 2, 2]);
        played.Select(p => p.ReceivedNs).Distinct().Count().ShouldBe(3);
        (played[3].PlayedNs - played[0].PlayedNs).ShouldBe(3 * EventTime.PerSecond);
    }

    [Fact]
    public void Event_times_that_are_further_apart_than_timestamps_are_what_counts()
    {
        RecordedRecord[] records = [Recorded(0, "2023-11-14T22:13:20.5Z"), Recorded(10, "2023-11-14T23:13:20Z")];

        PlayedRecord[] played = [.. RecordLoop.Play(records, 2, new TimeShift())];

        played.Select(p => p.Record.Header("ce_time")).ShouldBe(
            ["2023-11-14T22:13:20.5Z", "2023-11-14T23:13:20Z", "2023-11-14T23:13:20.500Z", "2023-11-15T00:13:20Z"]);
        (played[2].Record.TimestampMs - Start).ShouldBe(3_600_000);
    }

    [Fact]
    public void The_first_record_gets_the_start_and_all_others_keep_their_distances()
    {
        RecordedRecord[] records = [Recorded(500, "2023-11-14T22:13:20Z"), Recorded(700, "no time"), Recorded(900, "2023-11-14T22:13:19.123456789Z")];

        EventTime.TryParse("2030-01-01T00:00:00Z", out EventTime start).ShouldBeTrue();
        PlayedRecord[] played = [.. RecordLoop.Play(records, 1, new TimeShift(), start)];

        played.Select(p => p.Record.Header("ce_time")).ShouldBe(["2030-01-01T00:00:00Z", "no time", "2029-12-31T23:59:59.123456789Z"]);
        played.Select(p => p.Record.TimestampMs - start.Nanoseconds / EventTime.PerMillisecond).ShouldBe([500, 700, 900]);
        played.ShouldAllBe(p => p.Record.Headers.Count == 2 && p.Record.Headers[0].Key == "content-type");
    }

    [Theory]
    [InlineData(TimeFormat.S, "1700000000", "1700003600.25")]
    [InlineData(TimeFormat.S, "1700000000.5", "1700003600.75")]
    [InlineData(TimeFormat.Ms, "1700000000000", "1700003600250")]
    [InlineData(TimeFormat.Us, "1700000000000001", "1700003600250001")]
    [InlineData(TimeFormat.Ns, "1700000000000000001", "1700003600250000001")]
    [InlineData(TimeFormat.Rfc3339, "2023-11-14T23:13:20+01:00", "2023-11-14T23:13:20.250Z")]
    [InlineData(TimeFormat.Ns, "tomorrow", "tomorrow")]
    public void A_header_that_the_pipeline_names_moves_in_its_own_format(TimeFormat format, string before, string after)
    {
        InputSpec input = Input(new EventTimeSource(EventTimeKind.Header, "taken", format));
        SourceRecord record = Recorded(0).Record with { Headers = [new("Taken", Encoding.UTF8.GetBytes(before)), new("taken", null)] };

        SourceRecord moved = new TimeShift([input]).Move(record, 3_600_250);

        moved.Header("taken").ShouldBe(after);
        moved.Headers.Select(h => h.Key).ShouldBe(["Taken", "taken"]);
        moved.Headers[1].Value.ShouldBeNull();
        moved.TimestampMs.ShouldBe(Start + 3_600_250);
    }

    [Fact]
    public void An_event_time_in_the_payload_is_refused_by_its_input_and_field()
        => Should.Throw<RecordingException>(() => new TimeShift([Input(new EventTimeSource(EventTimeKind.Field, "meta.at", TimeFormat.Rfc3339))]))
            .Message.ShouldBe("input note: its event time is in field meta.at of the payload, which no shift changes, expected a header or a timestamp");

    [Fact]
    public void Without_a_record_a_loop_without_end_ends() => RecordLoop.Play([], null, new TimeShift()).ShouldBeEmpty();

    private static TextSpec Input(EventTimeSource source) => new("note", "t", false, 8) { TimeSource = source };

    private static RecordedRecord Recorded(int ms, string? header = null) => new(
        new SourceRecord(
            "t", 0, ms, Start + ms, "e"u8.ToArray(), null,
            header is null ? [] : [new("content-type", "text/plain"u8.ToArray()), new("ce_time", Encoding.UTF8.GetBytes(header))]),
        (Start + ms) * EventTime.PerMillisecond);
}
