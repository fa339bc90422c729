using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// From where a restart must read, so that it judges the records that are not settled as this run does: whether one is late, or an input silent,
/// follows from what its partition said before. A span of event time is enough, since what is older has no say in windows that are still open.
/// Pure; one a lane.
/// </summary>
/// <param name="inputs">How many inputs the pipeline has.</param>
/// <param name="spanNs">The span, in nanoseconds.</param>
internal sealed class Lookback(int inputs, long spanNs)
{
    // A step: a record that is so much later than all before it that it is worth a place to begin at.
    private readonly long _stepNs = Math.Max(1, spanNs / 8);
    private readonly List<(long Offset, EventTime Time)>[] _steps = Enumerable.Range(0, inputs).Select(_ => new List<(long, EventTime)>()).ToArray();
    private readonly EventTime?[] _silentAsOf = new EventTime?[inputs];

    /// <summary>A record of the input was read; true where it is the first one, at which a restart begins until further notice.</summary>
    public bool Saw(int input, long offset, EventTime time)
    {
        List<(long Offset, EventTime Time)> steps = _steps[input];
        if (steps.Count == 0 || time - steps[^1].Time >= _stepNs) steps.Add((offset, time));
        return steps is [var only] && only.Offset == offset;
    }

    /// <summary>The input has nothing more to say up to a time.</summary>
    public void Silent(int input, EventTime asOf) => _silentAsOf[input] = asOf;

    /// <summary>The inputs whose place to begin at has moved, and the event time before which nothing matters any more.</summary>
    /// <param name="settledBefore">By input, the offset before which everything is settled, and whether nothing is open behind it.</param>
    public IReadOnlyList<(int Input, long Offset, EventTime Needed)> Move(IReadOnlyList<(long Offset, bool All)> settledBefore)
    {
        EventTime heard = new(long.MaxValue);
        for (int input = 0; input < _steps.Length; input++)
        {
            if (HeardThrough(input, settledBefore[input]) is not { } through) return [];
            if (through < heard) heard = through;
        }

        EventTime needed = heard - spanNs;
        List<(int, long, EventTime)> moved = [];
        for (int input = 0; input < _steps.Length; input++)
        {
            int past = _steps[input].FindLastIndex(s => s.Time <= needed);
            if (past <= 0) continue;
            _steps[input].RemoveRange(0, past);
            moved.Add((input, _steps[input][0].Offset, needed));
        }

        return moved;
    }

    private EventTime? HeardThrough(int input, (long Offset, bool All) settled)
    {
        int last = _steps[input].FindLastIndex(s => s.Offset < settled.Offset);
        EventTime? spoken = last >= 0 ? _steps[input][last].Time : null;
        EventTime? silent = settled.All ? _silentAsOf[input] : null;
        return spoken > silent || silent is null ? spoken : silent;
    }
}
