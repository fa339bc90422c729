using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Finds the inputs of a lane that may be silent. An input without a new record may also have records that are unread or in transit. So an input is a
/// candidate when its partition was read to its end and had no record for a while on the clock. The input is then silent up to the event time that the lane
/// had reached before that while: of several producers that return together, one is first. An input that was silent for that long in event time needs no such
/// wait until its next record. The source must confirm that the partition's end has not moved. Each lane has its own.
/// </summary>
/// <param name="inputs">How many inputs the pipeline has.</param>
/// <param name="idleAfterNs">How long an input may have no record, in nanoseconds of event time and of the clock.</param>
internal sealed class SilenceWatch(int inputs, long idleAfterNs)
{
    // Records of one event time reach their topics at different times. The wait on the clock is at least this long.
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _patience = new(Math.Max(LeastPatience.Ticks, idleAfterNs / TimeSpan.NanosecondsPerTick));
    private readonly TimeSpan[] _lastRecord = new TimeSpan[inputs];
    private readonly EventTime?[] _latest = new EventTime?[inputs];
    private readonly long?[] _end = new long?[inputs];
    private readonly EventTime[] _confirmed = new EventTime[inputs];
    private readonly List<(TimeSpan Clock, EventTime Lane)> _course = [];

    /// <summary>The least event time of the lane's records; the greatest possible time where it has none.</summary>
    public EventTime First { get; private set; } = new(long.MaxValue);

    /// <summary>The greatest event time of the lane's records; 1970 where it has none.</summary>
    public EventTime Last { get; private set; }

    /// <summary>Notes a record that was read.</summary>
    /// <param name="input">Index of the input.</param>
    /// <param name="time">The record's event time.</param>
    /// <param name="now">The time on the source's clock.</param>
    public void OnRecord(int input, EventTime time, TimeSpan now)
    {
        _lastRecord[input] = now;
        _end[input] = null;
        if (_latest[input] is not { } latest || time > latest) _latest[input] = time;
        if (time > Last) Last = time;
        if (time < First) First = time;
    }

    /// <summary>Notes that the input's partition was read to its end, and the end's offset.</summary>
    public void OnEnd(int input, long offset) => _end[input] = offset;

    /// <summary>Notes that the partition still had the same end when the lane had reached an event time.</summary>
    public void OnSilenceConfirmed(int input, EventTime asOf) => _confirmed[input] = asOf;

    /// <summary>
    /// Returns the inputs that may be silent, each with the end of its partition and the event times of the lane to confirm. Call this at intervals.
    /// </summary>
    public IReadOnlyList<(int Input, long End, EventTime Since, EventTime AsOf)> Candidates(TimeSpan now)
    {
        List<(int, long, EventTime, EventTime)> candidates = [];
        EventTime lane = LastOneWaitAgo(now);
        for (int input = 0; input < _end.Length; input++)
        {
            (TimeSpan wait, EventTime asOf) = IsSilent(input) ? (TimeSpan.Zero, Last) : (_patience, lane);
            if (_end[input] is { } end && now - _lastRecord[input] >= wait && asOf > _confirmed[input]) candidates.Add((input, end, First, asOf));
        }

        return candidates;
    }

    private bool IsSilent(int input) => _confirmed[input] - (_latest[input] ?? First) >= idleAfterNs;

    private EventTime LastOneWaitAgo(TimeSpan now)
    {
        if (_course.Count == 0 || _course[^1].Lane < Last) _course.Add((now, Last));
        int past = _course.FindLastIndex(c => now - c.Clock >= _patience);
        if (past > 0) _course.RemoveRange(0, past);
        return past >= 0 ? _course[0].Lane : default;
    }
}
