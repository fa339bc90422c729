using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>
/// Tracks the event time that several entities have reached, which a few wrong clocks cannot move. Of n entities, n / 2 + 1 must have reached it, and at most
/// eight. So one entity alone has none. It never goes back, and depends only on the order of the samples. Nothing is agreed on before a number of samples: the
/// first entities to speak may all have wrong clocks.
/// </summary>
/// <param name="stepNs">The time is a multiple of this, in nanoseconds.</param>
/// <param name="leastSamples">The least number of samples; for each entity a 32nd of it.</param>
internal sealed class AgreedTime(long stepNs, long leastSamples)
{
    /// <summary>Most entities in a <see cref="State"/>.</summary>
    public const int Listed = 64;

    private const int MostNeeded = 8;

    private readonly Dictionary<string, EventTime> _latest = new(StringComparer.Ordinal);
    private EventTime _unlisted = EventTime.None;
    private int _ahead; // entities that have reached the next step
    private long _samples;

    /// <summary>The agreed time; <see cref="EventTime.None"/> before two entities have spoken.</summary>
    public EventTime Time { get; private set; } = EventTime.None;

    /// <summary>Whether the samples so far are enough for an agreed time. Before that, it is what <see cref="Raise"/> was told, and may be old.</summary>
    public bool IsAgreed => _latest.Count >= 2 && HasEnoughSamples;

    /// <summary>The time that the entities agree on now, in whatever order their samples came; it may be earlier than <see cref="Time"/>.</summary>
    public EventTime Now => !IsAgreed ? EventTime.None : Step(_latest.Values.OrderDescending().ElementAt(Needed - 1));

    /// <summary>Restores a state. Call this before the first sample.</summary>
    public void Restore(ClockState state)
    {
        (Time, _unlisted, _samples) = (state.Agreed, state.Unlisted, state.Samples);
        foreach ((string entity, EventTime latest) in state.Latest) _latest[entity] = latest;
        CountAhead();
    }

    /// <summary>
    /// Returns the state before the next sample. It has the furthest entities. Every other entity has reached <see cref="ClockState.Unlisted"/> at most.
    /// </summary>
    public ClockState State()
    {
        KeyValuePair<string, EventTime>[] furthest = [.. Furthest()];
        return new ClockState(Time, furthest.Length > Listed ? furthest[Listed].Value : _unlisted, _samples, [.. furthest.Take(Listed)]);
    }

    /// <summary>Returns the greatest event time of an entity; null where it is not among the furthest.</summary>
    public EventTime? LatestOf(string entity) => _latest.TryGetValue(entity, out EventTime latest) ? latest : null;

    /// <summary>Notes a sample. Returns whether the agreed time has moved.</summary>
    public bool OnSample(string entity, EventTime time)
    {
        _samples++;
        bool wasAhead = false;
        ref EventTime latest = ref CollectionsMarshal.GetValueRefOrNullRef(_latest, entity);
        if (Unsafe.IsNullRef(ref latest))
        {
            if (time <= _unlisted) return false;
            _latest.Add(entity, time);
            if (_latest.Count > 2 * Listed) ForgetAllButTheFurthest();
        }
        else
        {
            if (time <= latest) return false;
            wasAhead = latest >= NextStep;
            latest = time;
        }

        if (Time == EventTime.None) return Raise(Now);
        if (time < NextStep) return false;
        if (!wasAhead) _ahead++;
        return _ahead >= Needed && Raise(Now);
    }

    /// <summary>Moves the agreed time to a later one. Returns whether it has moved.</summary>
    public bool Raise(EventTime time)
    {
        if (time == EventTime.None) return false;
        if (Step(time) <= Time) return false;
        Time = Step(time);
        CountAhead();
        return true;
    }

    // Of many entities, most should have spoken: a 32nd of the least number for each.
    private bool HasEnoughSamples => _samples >= Math.Max(leastSamples, leastSamples / 32 * Math.Min(_latest.Count, Listed));

    private EventTime Step(EventTime time) => time - (time.Nanoseconds % stepNs + stepNs) % stepNs;

    private EventTime NextStep => Time == EventTime.None ? Time : Time + stepNs;

    private int Needed => Math.Min(_latest.Count / 2 + 1, MostNeeded);

    private IEnumerable<KeyValuePair<string, EventTime>> Furthest()
        => _latest.OrderByDescending(l => l.Value).ThenBy(l => l.Key, StringComparer.Ordinal);

    private void CountAhead() => _ahead = _latest.Values.Count(t => t >= NextStep);

    private void ForgetAllButTheFurthest()
    {
        KeyValuePair<string, EventTime>[] behind = [.. Furthest().Skip(Listed)];
        _unlisted = behind[0].Value;
        foreach ((string entity, _) in behind) _latest.Remove(entity);
        CountAhead();
    }
}
