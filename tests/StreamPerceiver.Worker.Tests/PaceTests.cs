using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Flow;
using StreamPerceiver.Worker.Recordings;

namespace StreamPerceiver.Worker.Tests;

public sealed class PaceTests
{
    private const long Start = 1_700_000_000 * EventTime.PerSecond;

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(1, 8)]
    [InlineData(10, -1.1)]
    [InlineData(0.5, 18)]
    public void A_record_waits_as_long_behind_the_first_one_as_when_it_was_received_divided_by_the_rate(double rate, double seconds)
    {
        var pace = new Pace(rate, _time);

        pace.WaitFor(Start).ShouldBe(TimeSpan.Zero);
        _time.Advance(TimeSpan.FromSeconds(2)); // what sending takes is no part of the wait
        pace.WaitFor(Start + (rate == 10 ? 9 : 10) * EventTime.PerSecond).ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void At_rate_0_no_record_waits()
    {
        var pace = new Pace(0, _time);

        pace.WaitFor(Start);
        pace.WaitFor(Start + 3600 * EventTime.PerSecond).ShouldBe(TimeSpan.Zero);
    }
}
