using System.Collections.Concurrent;

namespace StreamPerceiver.Align;

/// <summary>
/// Collects the entities whose event times differ much from the time that the other entities of their partition agree on. Such a clock is wrong, or the
/// device sends what it has buffered. Thread-safe.
/// </summary>
public sealed class WrongClocks
{
    // Enough for a log and a metric.
    private const int MostKept = 1000;

    private readonly ConcurrentDictionary<(int Lane, int Input, string Entity), WrongClock> _found = new();

    /// <summary>How many were found, a thousand at most. An entity counts for each of its inputs.</summary>
    public long Count => _found.Count;

    /// <summary>Those that were found first.</summary>
    public IReadOnlyCollection<WrongClock> Found => (IReadOnlyCollection<WrongClock>)_found.Values;

    internal void Note(int lane, int input, string entity, long offset, long aheadNs)
    {
        var key = (lane, input, entity);
        if (_found.Count >= MostKept || _found.ContainsKey(key)) return;
        _found.TryAdd(key, new WrongClock(lane, input, entity, offset, aheadNs));
    }
}

/// <summary>An entity whose clock differs from those of the others.</summary>
/// <param name="Lane">The partition number.</param>
/// <param name="Input">Index of the input.</param>
/// <param name="Entity">The entity.</param>
/// <param name="Offset">The offset of the record that showed it first.</param>
/// <param name="AheadNs">How far its event time was ahead of the agreed one, in nanoseconds; negative: behind.</param>
public sealed record WrongClock(int Lane, int Input, string Entity, long Offset, long AheadNs);
