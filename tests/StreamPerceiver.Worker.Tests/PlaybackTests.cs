using StreamPerceiver.Flow;
using StreamPerceiver.Worker.Recordings.Publish;

namespace StreamPerceiver.Worker.Tests;

/// <summary>Records of a replay and the keys that are pressed meanwhile, on a clock that passes by waiting alone.</summary>
public sealed class PlaybackTests
{
    private readonly WaitingTime _time = new();

    [Fact]
    public async Task Without_keys_records_go_at_their_distances_divided_by_the_rate()
        => (await PlayAsync(rate: 2, seconds: [0, 1, 1, 5])).ShouldBe([0, 0.5, 0.5, 2.5]);

    [Fact]
    public async Task At_any_rate_no_record_is_early_and_none_is_late()
    {
        var random = new Random(7);
        for (int run = 0; run < 100; run++)
        {
            double at = 0, rate = Math.Pow(10, 4 * random.NextDouble() - 2), begun = _time.Seconds;
            double[] seconds = [.. Enumerable.Range(0, 20).Select(_ => at += random.NextDouble() < 0.3 ? 0 : Math.Pow(10, 6 * random.NextDouble() - 3))];

            double[] sent = await PlayAsync(rate, seconds);

            sent.Select(s => s - begun).ShouldBe(seconds.Select(s => (s - seconds[0]) / rate), tolerance: 0.002); // a wait below a millisecond is none
        }
    }

    [Fact]
    public async Task Space_pauses_and_goes_on()
        => (await PlayAsync(rate: 1, seconds: [0, 1, 2, 3], (1.5, ' '), (101.5, ' '))).ShouldBe([0, 1, 102, 103], 0.06);

    [Fact]
    public async Task While_paused_each_step_sends_one_record()
        => (await PlayAsync(rate: 1, seconds: [0, 10, 20, 30], (5, ' '), (7, '.'), (8, '.'), (9, '.'))).ShouldBe([0, 7, 8, 9], 0.06);

    [Fact]
    public async Task Plus_and_minus_take_the_next_rate()
        => (await PlayAsync(rate: 1, seconds: [0, 10, 20], (5, '+'), (7.5, '-'))).ShouldBe([0, 7.5, 17.5], 0.2);

    [Fact]
    public async Task Beyond_the_fastest_rate_all_records_go_at_once_and_minus_leads_back()
        => (await PlayAsync(rate: 100, seconds: [0, 1000, 2000, 3000], (1, '+'))).ShouldBe([0, 1, 1, 1], 0.06);

    [Fact]
    public async Task Q_ends_it() => (await PlayAsync(rate: 1, seconds: [0, 1, 2], (1.5, 'q'))).ShouldBe([0, 1], 0.06);

    [Fact]
    public async Task A_stop_ends_it_while_it_is_paused()
    {
        using var stop = new CancellationTokenSource();
        var playback = new Playback(new Pace(1, _time), new Script(_time, (0, ' ')), _time);

        bool isDue = await playback.WaitAsync(0, _ =>
        {
            if (_time.Seconds > 10) stop.Cancel();
        }, stop.Token);

        isDue.ShouldBeFalse();
    }

    // The seconds at which records are sent, which were received at some seconds.
    private async Task<double[]> PlayAsync(double rate, double[] seconds, params (double At, char Key)[] keys)
    {
        var playback = new Playback(new Pace(rate, _time), keys.Length == 0 ? null : new Script(_time, keys), _time);
        List<double> sent = [];
        foreach (double second in seconds)
        {
            if (!await playback.WaitAsync((long)(second * EventTime.PerSecond), _ => { }, CancellationToken.None)) break;
            sent.Add(Math.Round(_time.Seconds, 3));
        }

        return [.. sent];
    }

    private sealed class Script(WaitingTime time, params (double At, char Key)[] keys) : IKeys
    {
        private readonly Queue<(double At, char Key)> _keys = new(keys);

        public ConsoleKeyInfo? Take() => _keys.TryPeek(out (double At, char) next) && next.At <= time.Seconds
            ? new ConsoleKeyInfo(_keys.Dequeue().Key, default, shift: false, alt: false, control: false)
            : null;
    }

    /// <summary>A clock that stands still until something waits, and then is where the wait ends.</summary>
    private sealed class WaitingTime : TimeProvider
    {
        private long _ticks;

        public double Seconds => TimeSpan.FromTicks(_ticks).TotalSeconds;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _ticks += dueTime.Ticks;
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
