using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Which inputs of a lane may be silent rather than unread or on their way. An input is a candidate when its partition was read to its end and has
/// stayed there for a while on the clock after the lane had come so far: when several producers come back at once, one is first. Once it has been
/// silent for as long in event time, it is silent until it speaks. Its broker must then confirm that the end has not moved. Pure; one a lane.
/// </summary>
/// <param name="inputs">How many inputs the pipeline has.</param>
/// <param name="idleAfterNs">How long an input may say nothing, in nanoseconds of event time and of the clock.</param>
public sealed class SilenceWatch(int inputs, long idleAfterNs)
{
    // Records of one moment reach their topics moments apart, however short a silence is allowed to be.
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _patience = new(Math.Max(LeastPatience.Ticks, idleAfterNs / TimeSpan.NanosecondsPerTick));
    private readonly TimeSpan[] _lastRecord = new TimeSpan[inputs];
    private readonly EventTime?[] _latest = new EventTime?[inputs];
    private readonly long?[] _end = new long?[inputs];
    private readonly EventTime[] _confirmed = new EventTime[inputs];
    private readonly List<(TimeSpan Clock, EventTime Lane)> _course = [];
    private EventTime _first = new(long.MaxValue);
    private EventTime _laneTime;

    /// <summary>A record of the input was read.</summary>
    /// <param name="input">Index of the input.</param>
    /// <param name="time">Its event time.</param>
    /// <param name="now">The clock.</param>
    public void Saw(int input, EventTime time, TimeSpan now)
    {
        _lastRecord[input] = now;
        _end[input] = null;
        if (_latest[input] is not { } latest || time > latest) _latest[input] = time;
        if (time > _laneTime) _laneTime = time;
        if (time < _first) _first = time;
    }

    /// <summary>The input's partition was read to its end.</summary>
    public void AtEnd(int input, long offset) => _end[input] = offset;

    /// <summary>The end has not moved while the lane's event time stood there.</summary>
    public void Confirmed(int input, EventTime asOf) => _confirmed[input] = asOf;

    /// <summary>Inputs to confirm: where their partition's end was seen, and from when to when the lane has come. To be asked now and then.</summary>
    public IReadOnlyList<(int Input, long End, EventTime Since, EventTime AsOf)> Candidates(TimeSpan now)
    {
        List<(int, long, EventTime, EventTime)> candidates = [];
        EventTime lane = LaneTimeOneWaitAgo(now);
        for (int input = 0; input < _end.Length; input++)
        {
            (TimeSpan wait, EventTime asOf) = IsSilent(input) ? (TimeSpan.Zero, _laneTime) : (_patience, lane);
            if (_end[input] is { } end && now - _lastRecord[input] >= wait && asOf > _confirmed[input]) candidates.Add((input, end, _first, asOf));
        }

        return candidates;
    }

    private bool IsSilent(int input) => _confirmed[input] - (_latest[input] ?? _first) >= idleAfterNs;

    private EventTime LaneTimeOneWaitAgo(TimeSpan now)
    {
        if (_course.Count == 0 || _course[^1].Lane < _laneTime) _course.Add((now, _laneTime));
        int past = _course.FindLastIndex(c => now - c.Clock >= _patience);
        if (past > 0) _course.RemoveRange(0, past);
        return past >= 0 ? _course[0].Lane : default;
    }
}
