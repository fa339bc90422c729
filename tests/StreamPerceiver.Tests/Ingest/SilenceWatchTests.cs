using StreamPerceiver.Ingest;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Ingest;

/// <summary>Input B is silent; A goes on. Event times in milliseconds, the clock in seconds; silence is three seconds of both.</summary>
public sealed class SilenceWatchTests
{
    private const int A = 0, B = 1;

    private readonly SilenceWatch _watch = new(inputs: 2, 3000 * Some.Ms);

    [Fact]
    public void Candidates_NotReadToItsEnd_IsUnreadRatherThanSilent()
    {
        Saw(A, 100, clock: 0);
        _watch.Candidates(Clock(0));

        _watch.Candidates(Clock(60)).ShouldBeEmpty();
    }

    [Fact]
    public void Candidates_AtItsEndForLong_IsNamedWithItsEndAndTheLanesTimes()
    {
        Saw(B, 50, clock: 10);
        Saw(A, 100, clock: 10);
        Saw(A, 90, clock: 10); // out of order: the lane does not go back
        _watch.OnEnd(B, offset: 7);
        _watch.Candidates(Clock(10)).ShouldBeEmpty();

        _watch.Candidates(Clock(12.999)).ShouldBeEmpty();
        _watch.Candidates(Clock(13)).ShouldBe([(B, 7, Some.At(50), Some.At(100))]);
    }

    [Fact]
    public void Candidates_LaneHasJumpedAfterALongPause_TheOthersHaveTheirTimeToFollow()
    {
        Saw(B, 50, clock: 10);
        Saw(A, 100, clock: 10);
        _watch.OnEnd(B, offset: 7);
        _watch.Candidates(Clock(10));
        _watch.Candidates(Clock(70));
        _watch.OnSilenceConfirmed(B, Some.At(100));

        Saw(A, 60_000, clock: 70); // the first to come back, from an outage of all
        _watch.Candidates(Clock(70)).ShouldBeEmpty();
        _watch.Candidates(Clock(72.9)).ShouldBeEmpty();

        Saw(B, 60_000, clock: 72.9);
        _watch.OnEnd(B, offset: 8);
        _watch.Candidates(Clock(75.8)).ShouldBeEmpty();
    }

    [Fact]
    public void Candidates_LaneGoesOn_OnlyWhatItHadReachedAWhileAgoIsSilence()
    {
        Saw(B, 0, clock: 10);
        _watch.OnEnd(B, offset: 1);
        for (int second = 10; second <= 15; second++)
        {
            Saw(A, second * 1000, clock: second);
            _watch.Candidates(Clock(second)).ShouldBe(second < 13 ? [] : [(B, 1, Some.At(0), Some.At((second - 3) * 1000))]);
        }
    }

    [Fact]
    public void Candidates_SilentForLong_IsAskedAboutAtOnceUntilItSpeaks()
    {
        _watch.OnEnd(B, offset: 0);
        _watch.Candidates(Clock(60)).ShouldBeEmpty(); // the lane has no time yet

        Saw(A, 100, clock: 60);
        _watch.Candidates(Clock(60)).ShouldBeEmpty();
        Saw(A, 3100, clock: 63);
        _watch.OnSilenceConfirmed(B, Some.At(3100));
        Saw(A, 4000, clock: 64);
        _watch.Candidates(Clock(64)).ShouldBe([(B, 0, Some.At(100), Some.At(4000))]);

        Saw(B, 4000, clock: 64);
        Saw(A, 5000, clock: 65);
        _watch.OnEnd(B, offset: 1);
        _watch.Candidates(Clock(65)).ShouldBeEmpty();
    }

    [Fact]
    public void Candidates_SilenceOfNoTimeAtAll_StillTakesASecondOfTheClock()
    {
        var watch = new SilenceWatch(inputs: 2, idleAfterNs: 1);
        watch.OnEnd(B, offset: 0);
        watch.OnRecord(A, Some.At(100), Clock(10));
        watch.Candidates(Clock(10)).ShouldBeEmpty(); // records of one moment may reach their topics moments apart
        watch.Candidates(Clock(10.9)).ShouldBeEmpty();
        watch.Candidates(Clock(11)).ShouldBe([(B, 0, Some.At(100), Some.At(100))]);
    }

    [Fact]
    public void Candidates_SpeaksAgain_IsNoneUntilItsNextEnd()
    {
        _watch.OnEnd(B, offset: 7);
        Saw(B, 100, clock: 10);
        _watch.Candidates(Clock(10));
        _watch.Candidates(Clock(60)).ShouldBeEmpty();

        _watch.OnEnd(B, offset: 8);
        _watch.Candidates(Clock(60)).ShouldBe([(B, 8, Some.At(100), Some.At(100))]);
    }

    [Fact]
    public void Candidates_Confirmed_IsAskedAgainOnlyOnceTheLaneHasGoneOn()
    {
        Saw(A, 100, clock: 0);
        _watch.OnEnd(B, offset: 7);
        _watch.Candidates(Clock(0));
        _watch.OnSilenceConfirmed(B, Some.At(100));
        _watch.Candidates(Clock(60)).ShouldBeEmpty();

        Saw(A, 101, clock: 60);
        _watch.Candidates(Clock(60));
        _watch.Candidates(Clock(63)).ShouldBe([(B, 7, Some.At(100), Some.At(101))]);
    }

    private static TimeSpan Clock(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Saw(int input, long milliseconds, double clock) => _watch.OnRecord(input, Some.At(milliseconds), Clock(clock));
}
