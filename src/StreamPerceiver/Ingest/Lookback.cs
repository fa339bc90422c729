using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Finds the offsets from which a restart must read, so that it treats unsettled records as this run does. Whether a record is late, or an input is silent,
/// depends on earlier records of its partition. A restart re-reads a span of event time: older records cannot change an open window. Each lane has its own.
/// </summary>
/// <param name="inputs">How many inputs the pipeline has.</param>
/// <param name="spanNs">The span, in nanoseconds.</param>
internal sealed class Lookback(int inputs, long spanNs)
{
    // A restart begins at a step: a record that is at least this much later than the step before it.
    private readonly long _stepNs = Math.Max(1, spanNs / 8);
    private readonly List<(long Offset, EventTime Time)>[] _steps = Enumerable.Range(0, inputs).Select(_ => new List<(long, EventTime)>()).ToArray();
    private readonly EventTime?[] _silentAsOf = new EventTime?[inputs];

    /// <summary>
    /// Notes a record that was read. Returns whether it is the input's first: a restart begins there until <see cref="Advance"/> returns a later offset.
    /// </summary>
    public bool OnRecord(int input, long offset, EventTime time)
    {
        List<(long Offset, EventTime Time)> steps = _steps[input];
        if (steps.Count == 0 || time - steps[^1].Time >= _stepNs) steps.Add((offset, time));
        return steps is [var only] && only.Offset == offset;
    }

    /// <summary>Notes that the input has no further record up to an event time.</summary>
    public void OnSilenceConfirmed(int input, EventTime asOf) => _silentAsOf[input] = asOf;

    /// <summary>Returns the inputs for which a restart may now begin at a later record, and the event time before which no record matters.</summary>
    /// <param name="settledBefore">By input, the offset before which all records are settled, and whether all records that were read are settled.</param>
    public IReadOnlyList<(int Input, long Offset, EventTime NeededFrom)> Advance(IReadOnlyList<(long Offset, bool All)> settledBefore)
    {
        EventTime known = new(long.MaxValue);
        for (int input = 0; input < _steps.Length; input++)
        {
            if (KnownThrough(input, settledBefore[input]) is not { } through) return [];
            if (through < known) known = through;
        }

        EventTime needed = known - spanNs;
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

    private EventTime? KnownThrough(int input, (long Offset, bool All) settled)
    {
        int last = _steps[input].FindLastIndex(s => s.Offset < settled.Offset);
        EventTime? read = last >= 0 ? _steps[input][last].Time : null;
        EventTime? silent = settled.All ? _silentAsOf[input] : null;
        return read > silent || silent is null ? read : silent;
    }
}
