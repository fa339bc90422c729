using StreamPerceiver.Ingest;
using StreamPerceiver.Worker.Pipelines;

namespace StreamPerceiver.Worker.Tests;

public sealed class LossReportTests
{
    private readonly LossReport _report = new();

    [Fact]
    public void A_line_comes_when_losses_begin_and_once_a_minute_while_they_go_on()
    {
        Line(second: 0, late: 0).ShouldBeNull();
        Line(second: 5, late: 3).ShouldBe("imu 3 late and 0 rejected of 10 records");
        Line(second: 10, late: 4).ShouldBeNull();
        Line(second: 65, late: 5).ShouldNotBeNull().ShouldStartWith("imu 5 late");
        Line(second: 3000, late: 5).ShouldBeNull();
    }

    [Fact]
    public void The_last_line_has_all_counts_and_is_left_out_where_nothing_was_lost()
    {
        LossReport.LastLine(Losses.None).ShouldBeNull();
        LossReport.LastLine(Losses.Of([new RecordAccount("imu", 0, 10, 5, 1, 3, 1, 0)], future: 2, skippedWindows: 4, flushedWindows: 6)).ShouldBe(
            "imu 1 late and 3 rejected of 10 records; 2 of the rejected ones have times in the future; 4 windows skipped; 6 windows flushed");
    }

    private string? Line(int second, long late) => _report.Line(
        TimeSpan.FromSeconds(second), Losses.Of([new RecordAccount("imu", 0, 10, 10 - late, late, 0, 0, 0)], future: 0, skippedWindows: 0, flushedWindows: 0));
}
