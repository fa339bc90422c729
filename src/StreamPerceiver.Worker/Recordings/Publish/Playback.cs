namespace StreamPerceiver.Worker.Recordings.Publish;

/// <summary>Holds each record of a replay until it is due, and does what the keys ask for.</summary>
/// <param name="pace">Computes when a record is due.</param>
/// <param name="keys">The keys; null: there are none.</param>
/// <param name="time">The clock.</param>
internal sealed class Playback(Pace pace, IKeys? keys, TimeProvider time)
{
    /// <summary>What the keys do.</summary>
    public const string Help = "space pauses and goes on, . or right steps one record, + and - change the rate, q ends";

    // A timer ends no sooner.
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1); // the progress is shown so often
    private static readonly TimeSpan KeyInterval = TimeSpan.FromMilliseconds(50);
    private static readonly double[] Rates = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

    private readonly long _begun = time.GetTimestamp();
    private TimeSpan? _looked;
    private bool _isEnded;

    /// <summary>Computes when a record is due.</summary>
    public Pace Pace => pace;

    /// <summary>Waits until a record is due. Returns false where the replay is to end before it.</summary>
    /// <param name="receivedNs">When it was received, in nanoseconds since 1970.</param>
    /// <param name="show">Is called while it waits; with true after a key.</param>
    /// <param name="stop">Ends the replay.</param>
    public async Task<bool> WaitAsync(long receivedNs, Action<bool> show, CancellationToken stop)
    {
        while (true)
        {
            show(TakeKeys());
            if (stop.IsCancellationRequested || _isEnded) return false;
            TimeSpan wait = pace.WaitFor(receivedNs);
            if (wait < LeastWait) return true;
            TimeSpan most = keys is null ? LongestWait : KeyInterval;
            await Task.Delay(wait < most ? wait : most, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A look costs some microseconds, and there may be a hundred thousand records a second.
    private bool TakeKeys()
    {
        TimeSpan now = time.GetElapsedTime(_begun);
        if (keys is null || now - _looked < KeyInterval) return false;
        _looked = now;
        bool any = false;
        while (keys.Take() is { } key)
        {
            any = true;
            Press(key);
        }

        return any;
    }

    private void Press(ConsoleKeyInfo key)
    {
        if (key.Key == ConsoleKey.RightArrow || key.KeyChar == '.') pace.Step();
        else if (key.KeyChar == ' ') pace.PauseOrGoOn();
        else if (key.KeyChar == '+') pace.ChangeRate(pace.Rate == 0 ? 0 : Rates.FirstOrDefault(r => r > pace.Rate));
        else if (key.KeyChar == '-') pace.ChangeRate(pace.Rate == 0 ? Rates[^1] : Rates.LastOrDefault(r => r < pace.Rate, pace.Rate));
        else if (key.KeyChar is 'q' or 'Q') _isEnded = true;
    }
}
