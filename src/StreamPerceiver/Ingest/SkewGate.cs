using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Keeps the inputs of a lane close together in event time while a backlog is read. So the aligner holds a bounded span of time. An input waits
/// while it is more than <paramref name="maxAheadNs"/> ahead of one that has unread records, until the gap has halved. An input without unread
/// records makes no other input wait, since it may stay silent. While memory is scarce the limit is <paramref name="scarceAheadNs"/>, and a silent
/// input counts with its confirmed time. The input with the least event time never waits, so alignment always advances. Each lane has its own.
/// </summary>
/// <param name="isTable">By input, whether it is a table, for which no other input waits.</param>
/// <param name="maxAheadNs">How far an input may be ahead, in nanoseconds of event time.</param>
/// <param name="scarceAheadNs">How far an input may be ahead while memory is scarce, in nanoseconds of event time.</param>
internal sealed class SkewGate(IReadOnlyList<bool> isTable, long maxAheadNs, long scarceAheadNs)
{
    // Inputs ask for marks that are up to a wait old.
    private const int MostMarks = 1024;

    private readonly ReadPosition[] _read = isTable.Select(_ => new ReadPosition()).ToArray();
    private readonly EventTime[] _confirmed = new EventTime[isTable.Count];
    private readonly bool[] _caughtUp = new bool[isTable.Count];
    private readonly bool[] _waiting = new bool[isTable.Count];
    private readonly List<(int Mark, EventTime Furthest)> _marks = [];
    private EventTime? _first;

    /// <summary>Notes a record that was read.</summary>
    public void OnRecord(int input, string entity, EventTime time)
    {
        _first ??= time;
        _caughtUp[input] = false;
        _read[input].OnRecord(entity, time);
    }

    /// <summary>
    /// Returns the event time to which the entities of an input were read; null where there are not at least two others beside an entity.
    /// </summary>
    public EventTime? TimeOfOthers(int input, string entity) => _read[input].IsAgreed(entity) ? _read[input].Time : null;

    /// <summary>Notes that the input's partition was read to its end.</summary>
    public void OnEnd(int input) => _caughtUp[input] = true;

    /// <summary>Notes a mark of the lane.</summary>
    public void OnMark(int mark) => _marks.Add((mark, _read.Max(r => r.Time ?? default)));

    /// <summary>Notes that an input was silent until a mark: it counts as read as far as the furthest one was then.</summary>
    public void OnSilentUntil(int input, int mark)
    {
        int last = _marks.FindLastIndex(m => m.Mark <= mark);
        if (last < 0) return;
        _confirmed[input] = _marks[last].Furthest;
        if (last > MostMarks) _marks.RemoveRange(0, last - MostMarks);
    }

    /// <summary>Returns whether the input should wait for the others.</summary>
    /// <param name="input">Index of the input.</param>
    /// <param name="scarce">Whether memory is scarce.</param>
    public bool ShouldWait(int input, bool scarce)
    {
        long limit = scarce ? scarceAheadNs : maxAheadNs;
        if (_waiting[input]) limit /= 2;
        return _waiting[input] = _read[input].Time is { } mine && mine - SlowestOther(input, mine, scarce) > limit;
    }

    private EventTime SlowestOther(int input, EventTime slowest, bool scarce)
    {
        for (int other = 0; other < _read.Length; other++)
        {
            if (other == input || isTable[other] || (_caughtUp[other] && !scarce)) continue;

            // An input that has no record, and was not read to its end, counts with the lane's first event time.
            EventTime theirs = _read[other].Time ?? _first!.Value;
            if (_caughtUp[other] && _confirmed[other] > theirs) theirs = _confirmed[other];
            if (theirs < slowest) slowest = theirs;
        }

        return slowest;
    }
}
