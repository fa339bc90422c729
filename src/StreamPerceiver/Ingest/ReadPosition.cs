using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Estimates the event time to which an input was read. That is the lower median of the latest times of the entities that had a record lately, at most
/// fifteen. So neither one wrong clock nor an entity that has gone quiet decides it.
/// </summary>
internal sealed class ReadPosition
{
    private const int MostEntities = 15;

    // An entity without one of the last records does not count.
    private const long Lately = 4096;

    private readonly List<(string Entity, EventTime Latest, long Record)> _entities = new(MostEntities);
    private long _records;

    /// <summary>The event time; null before the first record.</summary>
    public EventTime? Time { get; private set; }

    /// <summary>Whether the entities are enough to tell that another one has a wrong clock: at least two others.</summary>
    public bool IsAgreed(string without) => _entities.Count(e => e.Entity != without) >= 2;

    /// <summary>Notes a record of the input.</summary>
    public void OnRecord(string entity, EventTime time)
    {
        _records++;
        int at = 0; // no lambda: it would be made for every record
        while (at < _entities.Count && _entities[at].Entity != entity) at++;
        if (at < _entities.Count)
        {
            EventTime latest = _entities[at].Latest;
            _entities[at] = (entity, latest > time ? latest : time, _records);
            if (time <= latest) return;
        }
        else
        {
            _entities.RemoveAll(e => _records - e.Record > Lately);
            if (_entities.Count == MostEntities) _entities.Remove(_entities.MinBy(e => e.Record));
            _entities.Add((entity, time, _records));
        }

        Span<long> times = stackalloc long[_entities.Count];
        for (int i = 0; i < times.Length; i++) times[i] = _entities[i].Latest.Nanoseconds;
        times.Sort();
        Time = new EventTime(times[(times.Length - 1) / 2]);
    }
}
