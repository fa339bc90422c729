using StreamPerceiver.Ingest;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Ingest;

/// <summary>Input B is silent; A goes on. Event times in milliseconds, the clock in seconds.</summary>
public sealed class SilenceWatchTests
{
    private const int A = 0, B = 1;

    private readonly SilenceWatch _watch = new(inputs: 2);

    [Fact]
    public void Candidates_NotReadToItsEnd_IsUnreadRatherThanSilent()
    {
        Saw(A, 100, clock: 0);

        _watch.Candidates(Clock(60)).ShouldBeEmpty();
    }

    [Fact]
    public void Candidates_AtItsEndAndQuiet_IsNamedWithItsEndAndTheLanesTimes()
    {
        Saw(B, 50, clock: 10);
        Saw(A, 100, clock: 10);
        Saw(A, 90, clock: 10); // out of order: the lane does not go back
        _watch.AtEnd(B, offset: 7);

        _watch.Candidates(Clock(10.999)).ShouldBeEmpty(); // records of one moment may reach their topics moments apart
        _watch.Candidates(Clock(11)).ShouldBe([(B, 7, Some.At(50), Some.At(100))]);
    }

    [Fact]
    public void Candidates_EmptyTopic_IsOneOnceTheLaneHasATime()
    {
        _watch.AtEnd(B, offset: 0);
        _watch.Candidates(Clock(60)).ShouldBeEmpty();

        Saw(A, 100, clock: 60);
        _watch.Candidates(Clock(60)).ShouldBe([(B, 0, Some.At(100), Some.At(100))]);
    }

    [Fact]
    public void Candidates_SpeaksAgain_IsNoneUntilItsNextEnd()
    {
        _watch.AtEnd(B, offset: 7);
        Saw(B, 100, clock: 10);
        _watch.Candidates(Clock(60)).ShouldBeEmpty();

        _watch.AtEnd(B, offset: 8);
        _watch.Candidates(Clock(60)).ShouldBe([(B, 8, Some.At(100), Some.At(100))]);
    }

    [Fact]
    public void Candidates_Confirmed_IsAskedAgainOnlyOnceTheLaneHasGoneOn()
    {
        Saw(A, 100, clock: 0);
        _watch.AtEnd(B, offset: 7);
        _watch.Confirmed(B, Some.At(100));
        _watch.Candidates(Clock(60)).ShouldBeEmpty();

        Saw(A, 101, clock: 60);
        _watch.Candidates(Clock(60)).ShouldBe([(B, 7, Some.At(100), Some.At(101))]);
    }

    private static TimeSpan Clock(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Saw(int input, long milliseconds, double clock) => _watch.Saw(input, Some.At(milliseconds), Clock(clock));
}
