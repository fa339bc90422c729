namespace StreamPerceiver.Worker.Recordings;

/// <summary>Says when a record of a replay is due: as long after the first one as it was received after it, divided by the rate.</summary>
/// <param name="rate">How many times as fast as the records were received; 0: each is due at once.</param>
/// <param name="time">The clock.</param>
internal sealed class Pace(double rate, TimeProvider time)
{
    private (long ReceivedNs, long Timestamp)? _first;

    /// <summary>Computes how long a record is to wait; zero or less: it is due.</summary>
    /// <param name="receivedNs">When it was received, in nanoseconds since 1970.</param>
    public TimeSpan WaitFor(long receivedNs)
    {
        (long firstNs, long begun) = _first ??= (receivedNs, time.GetTimestamp());
        return rate == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds((receivedNs - firstNs) / 1000 / rate) - time.GetElapsedTime(begun);
    }
}
