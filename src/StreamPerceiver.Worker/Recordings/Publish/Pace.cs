namespace StreamPerceiver.Worker.Recordings.Publish;

/// <summary>
/// Computes when a record of a replay is due: as long after the first one as it was received after it, divided by the rate. The rate may change meanwhile, and
/// the replay may be paused, and stepped record by record.
/// </summary>
/// <param name="rate">How many times as fast as the records were received; 0: each is due at once.</param>
/// <param name="time">The clock.</param>
internal sealed class Pace(double rate, TimeProvider time)
{
    private static readonly TimeSpan Most = TimeSpan.FromDays(10_000); // at a rate near 0 there is no end

    private (long ReceivedNs, long Timestamp)? _from; // where the replay was at a time of the clock; null: before the first record
    private int _steps;

    /// <summary>How many times as fast as the records were received; 0: each is due at once.</summary>
    public double Rate { get; private set; } = rate;

    /// <summary>Whether no record is due until a step, or until the replay goes on.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Computes how long the next record is to wait. Zero or less: it is due. The greatest time: the replay is paused.</summary>
    /// <param name="receivedNs">When it was received, in nanoseconds since 1970.</param>
    public TimeSpan WaitFor(long receivedNs)
    {
        if (IsPaused && _steps == 0) return TimeSpan.MaxValue;
        if (IsPaused) _steps--;
        if (IsPaused || Rate == 0 || _from is null)
        {
            _from = (receivedNs, time.GetTimestamp());
            return TimeSpan.Zero;
        }

        (long fromNs, long since) = _from.Value;
        return TimeSpan.FromMicroseconds(Math.Min((receivedNs - fromNs) / 1000 / Rate, Most.TotalMicroseconds)) - time.GetElapsedTime(since);
    }

    /// <summary>Goes on at another rate from where the replay is.</summary>
    public void ChangeRate(double rate)
    {
        Note();
        Rate = rate;
    }

    /// <summary>Pauses the replay where it is, or goes on from there.</summary>
    public void PauseOrGoOn()
    {
        Note();
        (IsPaused, _steps) = (!IsPaused, 0);
    }

    /// <summary>Makes one more record due while the replay is paused.</summary>
    public void Step()
    {
        if (IsPaused) _steps++;
    }

    // Paused, it is where it was.
    private void Note()
    {
        if (_from is not { } from) return;
        long passed = IsPaused ? 0 : (long)(time.GetElapsedTime(from.Timestamp).TotalNanoseconds * Rate);
        _from = (from.ReceivedNs + passed, time.GetTimestamp());
    }
}
