using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Flow;
using StreamPerceiver.Worker.Recordings.Publish;

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

    [Fact]
    public void Another_rate_counts_from_where_the_replay_is()
    {
        var pace = new Pace(1, _time);
        pace.WaitFor(Start);
        _time.Advance(TimeSpan.FromSeconds(4));

        pace.ChangeRate(2);

        pace.WaitFor(Start + 10 * EventTime.PerSecond).ShouldBe(TimeSpan.FromSeconds(3)); // 6 s are left
        pace.ChangeRate(0);
        pace.WaitFor(Start + 10 * EventTime.PerSecond).ShouldBe(TimeSpan.Zero);
        pace.ChangeRate(1);
        pace.WaitFor(Start + 11 * EventTime.PerSecond).ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_pause_takes_nothing_of_the_waits_and_a_step_makes_one_record_due()
    {
        var pace = new Pace(1, _time);
        pace.WaitFor(Start);
        pace.Step(); // is none while the replay goes on
        _time.Advance(TimeSpan.FromSeconds(4));

        pace.PauseOrGoOn();

        _time.Advance(TimeSpan.FromSeconds(100));
        pace.WaitFor(Start + 10 * EventTime.PerSecond).ShouldBe(TimeSpan.MaxValue);
        pace.PauseOrGoOn();
        pace.WaitFor(Start + 10 * EventTime.PerSecond).ShouldBe(TimeSpan.FromSeconds(6));

        pace.PauseOrGoOn();
        pace.Step();
        pace.WaitFor(Start + 10 * EventTime.PerSecond).ShouldBe(TimeSpan.Zero);
        pace.WaitFor(Start + 12 * EventTime.PerSecond).ShouldBe(TimeSpan.MaxValue);
        pace.PauseOrGoOn();
        pace.WaitFor(Start + 12 * EventTime.PerSecond).ShouldBe(TimeSpan.FromSeconds(2)); // it goes on from the record of the step
    }

    [Fact]
    public void However_slow_the_rate_a_wait_is_a_time()
    {
        var pace = new Pace(1e-12, _time);
        pace.WaitFor(Start);

        pace.WaitFor(2 * Start).ShouldBeGreaterThan(TimeSpan.FromDays(365));
    }
}
