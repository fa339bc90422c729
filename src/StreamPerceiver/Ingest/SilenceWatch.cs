using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Which inputs of a lane may be silent rather than unread. An input is a candidate when its partition was read to its end, nothing has come
/// from it for a while on the clock (records of one moment reach their topics moments apart), and the lane has gone on since. Its broker must
/// then confirm that the end has not moved. Pure; one a lane.
/// </summary>
/// <param name="inputs">How many inputs the pipeline has.</param>
public sealed class SilenceWatch(int inputs)
{
    /// <summary>How long a partition must be quiet on the clock.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly TimeSpan[] _lastRecord = new TimeSpan[inputs];
    private readonly long?[] _end = new long?[inputs];
    private readonly EventTime[] _confirmed = new EventTime[inputs];
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
        if (time > _laneTime) _laneTime = time;
        if (time < _first) _first = time;
    }

    /// <summary>The input's partition was read to its end.</summary>
    public void AtEnd(int input, long offset) => _end[input] = offset;

    /// <summary>The end has not moved while the lane's event time stood there.</summary>
    public void Confirmed(int input, EventTime asOf) => _confirmed[input] = asOf;

    /// <summary>Inputs to confirm: where their partition's end was seen, and from when to when the lane has come.</summary>
    public IEnumerable<(int Input, long End, EventTime Since, EventTime AsOf)> Candidates(TimeSpan now)
    {
        for (int input = 0; input < _end.Length; input++)
            if (_end[input] is { } end && now - _lastRecord[input] >= Quiet && _laneTime > _confirmed[input])
                yield return (input, end, _first, _laneTime);
    }
}
