using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Ingest;

/// <summary>Event times that neither the clock nor the other entities of the partition have reached. At most 0 ms ahead is allowed.</summary>
public sealed class FutureTimeTests
{
    private readonly Intake _intake = new(
        [Some.Sensor("cam")],
        new IntakeOptions { SpanNs = 100 * Some.Ms, ScarceAheadNs = 100 * Some.Ms, IdleAfterNs = 10 * Some.Ms, FlushAfterNs = 0, MaxFutureNs = 0 },
        new StageCounts("ingest"),
        new MemoryBudget(1 << 20));

    [Fact]
    public void Take_TimeThatNeitherTheClockNorTheOthersHaveReached_IsRejectedAndCounted()
    {
        _intake.OpenLane(3);
        Take(0, ms: 1_000, entity: "x", clock: 20); // nothing to compare with yet
        Take(1, ms: 10, entity: "a", clock: 20);
        Take(2, ms: 11, entity: "b", clock: 20);
        Take(3, ms: 1_001, entity: "x", clock: 20);
        Take(4, ms: 1_002, entity: "x", clock: 1_010); // as after a pause of all others: the clock has reached it

        Notice?[] notices = [.. _intake.TakeRun().Where(e => e.Ack is RecordAck).Select(e => e.Notice)];

        notices.Select(n => n is Rejection).ShouldBe([false, false, false, true, false]);
        notices[3].ShouldBeOfType<Rejection>().ShouldSatisfyAllConditions(
            r => r.Reason.ShouldBe(RejectionReason.BadEventTime),
            r => r.Detail.ShouldBe(
                "event time is 1970-01-01T00:00:01.001Z, expected 1970-01-01T00:00:00.020Z at most, by this worker's clock, the partition's other entities "
                + "and maxFutureMs"));
        _intake.FutureRecords.ShouldBe(1);
    }

    private void Take(long offset, long ms, string entity, long clock)
    {
        _intake.Clock = Some.At(clock);
        _intake.TakeRecord(new SourceRecord("cam", 3, offset, ms, Encoding.UTF8.GetBytes(entity), [1], []));
    }
}
