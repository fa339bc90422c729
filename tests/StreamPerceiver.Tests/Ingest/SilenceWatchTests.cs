using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Ingest;

/// <summary>Input B is silent; A goes on. The clock in seconds: an idle time of three, and ten until a flush.</summary>
public sealed class SilenceWatchTests
{
    private const int A = 0, B = 1;

    private readonly SilenceWatch _watch = new(inputs: 2, 3000 * Some.Ms, 10_000 * Some.Ms);

    [Fact]
    public void Mark_WithoutARecordSinceTheLastOne_IsNotMade()
    {
        _watch.Mark(Clock(0)).ShouldBeNull();

        _watch.OnRecord(A, 7);
        _watch.Mark(Clock(1)).ShouldBe(1);
        _watch.Mark(Clock(2)).ShouldBeNull();
    }

    [Fact]
    public void ToAsk_PartitionAtItsEnd_IsAskedForEveryNewMarkAndAsTheMarksAge()
    {
        Read(A, 7, clock: 10);
        _watch.OnEnd(B, 5);

        Answer(B, end: 5, clock: 10).ShouldBe(new SilenceMarks(1, 0, 0));
        _watch.ToAsk(Clock(12)).ShouldNotContain(B); // known
        Answer(B, end: 5, clock: 13).ShouldBe(new SilenceMarks(1, 1, 0));
        Answer(B, end: 5, clock: 20).ShouldBe(new SilenceMarks(1, 1, 1));
        _watch.ToAsk(Clock(60)).ShouldNotContain(B);

        Read(A, 8, clock: 60);
        Answer(B, end: 5, clock: 60).ShouldBe(new SilenceMarks(2, 1, 1));
    }

    [Fact]
    public void ToAsk_PartitionThatIsNeverAtItsEnd_IsAskedOnceAnIdleTime()
    {
        Read(A, 7, clock: 10);
        _watch.ToAsk(Clock(10)).ShouldBe([A, B]);
        _watch.OnAnswer(A, 8, Clock(10));
        _watch.TakeReadToEnd(A);

        Read(A, 8, clock: 11);
        _watch.ToAsk(Clock(12)).ShouldNotContain(A);
        _watch.ToAsk(Clock(13)).ShouldContain(A);
    }

    [Fact]
    public void TakeReadToEnd_RecordsUpToTheEndAreUnreadOrUndecided_WaitsForThem()
    {
        Read(A, 7, clock: 10);
        _watch.OnEnd(B, 5); // the end that a reader of committed records sees
        Answer(B, end: 9, clock: 13).ShouldBeNull(); // four more belong to an open transaction

        _watch.ToAsk(Clock(20)).ShouldNotContain(B); // the answer is still waited for
        _watch.OnRecord(B, 7);
        _watch.TakeReadToEnd(B).ShouldBeNull();
        _watch.OnEnd(B, 9); // the last one was the transaction's marker
        _watch.TakeReadToEnd(B).ShouldBe(new SilenceMarks(1, 1, 0));
    }

    [Fact]
    public void TakeReadToEnd_MarkMadeAfterTheQuestion_DoesNotCount()
    {
        Read(A, 7, clock: 10);
        _watch.OnEnd(B, 5);
        _watch.OnAnswer(B, 6, Clock(13));
        Read(A, 8, clock: 14);

        _watch.OnRecord(B, 5);

        _watch.TakeReadToEnd(B).ShouldBe(new SilenceMarks(1, 1, 0));
    }

    [Fact]
    public void ToAsk_IdleTimeOfNothing_StillTakesASecondOfTheClock()
    {
        var watch = new SilenceWatch(inputs: 1, idleAfterNs: 1, flushAfterNs: 0);
        watch.OnRecord(A, 0);
        watch.OnEnd(A, 1);
        watch.Mark(Clock(10));

        watch.OnAnswer(A, 1, Clock(10.9)); // records of one moment may reach their topics moments apart
        watch.TakeReadToEnd(A).ShouldBe(new SilenceMarks(1, 0, 0));
        watch.OnAnswer(A, 1, Clock(1_000_000));
        watch.TakeReadToEnd(A).ShouldBe(new SilenceMarks(1, 1, 0)); // and never a flush
    }

    [Fact]
    public void IsSilent_InputWithARecordInTheWait_IsFalse()
    {
        Read(A, 7, clock: 10);
        _watch.OnEnd(B, 5);
        Answer(B, end: 5, clock: 13).ShouldNotBeNull().ShouldSatisfyAllConditions(
            marks => _watch.IsSilent(B, marks).ShouldBeTrue(),
            marks => _watch.IsSilent(A, marks).ShouldBeTrue()); // its last record stands before the mark

        _watch.OnRecord(B, 5);
        _watch.IsSilent(B, new SilenceMarks(1, 1, 0)).ShouldBeFalse();
    }

    private static TimeSpan Clock(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Read(int input, long offset, double clock)
    {
        _watch.OnRecord(input, offset);
        _watch.Mark(Clock(clock));
    }

    private SilenceMarks? Answer(int input, long end, double clock)
    {
        _watch.ToAsk(Clock(clock)).ShouldContain(input);
        _watch.OnAnswer(input, end, Clock(clock));
        return _watch.TakeReadToEnd(input);
    }
}
