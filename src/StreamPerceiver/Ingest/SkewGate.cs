using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Keeps the inputs of a lane abreast in event time while a backlog is read, so that what the aligner holds stays bounded: an input that is
/// more than <paramref name="maxAheadNs"/> ahead of one that still has unread records waits until the gap has halved. An input with nothing
/// unread holds nobody back (it may be silent for good). Where memory is scarce the limit is <paramref name="scarceAheadNs"/>, and a silent input
/// stands where its silence was last confirmed. The input that is furthest behind never waits, so what alignment holds always moves on. Pure; one
/// a lane.
/// </summary>
/// <param name="inputs">How many inputs the pipeline has.</param>
/// <param name="maxAheadNs">How far an input may run ahead, in nanoseconds of event time.</param>
/// <param name="scarceAheadNs">How far it may while memory is scarce.</param>
public sealed class SkewGate(int inputs, long maxAheadNs, long scarceAheadNs)
{
    private readonly EventTime?[] _latest = new EventTime?[inputs];
    private readonly EventTime[] _confirmed = new EventTime[inputs];
    private readonly bool[] _caughtUp = new bool[inputs];
    private readonly bool[] _waiting = new bool[inputs];
    private EventTime? _first;

    /// <summary>A record of the input was read.</summary>
    public void Saw(int input, EventTime time)
    {
        _first ??= time;
        _caughtUp[input] = false;
        if (_latest[input] is not { } latest || time > latest) _latest[input] = time;
    }

    /// <summary>The input's partition has no unread record.</summary>
    public void CaughtUp(int input) => _caughtUp[input] = true;

    /// <summary>The input's partition had still no unread record when the lane had come so far.</summary>
    public void Confirmed(int input, EventTime asOf) => _confirmed[input] = asOf;

    /// <summary>Whether the input should wait for the others.</summary>
    /// <param name="input">Index of the input.</param>
    /// <param name="scarce">Whether memory is scarce.</param>
    public bool ShouldWait(int input, bool scarce)
    {
        long limit = scarce ? scarceAheadNs : maxAheadNs;
        if (_waiting[input]) limit /= 2;
        return _waiting[input] = _latest[input] is { } mine && mine - SlowestOther(input, mine, scarce) > limit;
    }

    private EventTime SlowestOther(int input, EventTime slowest, bool scarce)
    {
        for (int other = 0; other < _latest.Length; other++)
        {
            if (other == input || (_caughtUp[other] && !scarce)) continue;

            // An input that has not spoken and is not known to be empty stands where the lane began.
            EventTime theirs = _latest[other] ?? _first!.Value;
            if (_caughtUp[other] && _confirmed[other] > theirs) theirs = _confirmed[other];
            if (theirs < slowest) slowest = theirs;
        }

        return slowest;
    }
}
