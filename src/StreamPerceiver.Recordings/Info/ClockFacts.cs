using StreamPerceiver.Flow;

namespace StreamPerceiver.Recordings.Info;

/// <summary>Collects how far Kafka's timestamps are ahead of event times, of an input and of its entities.</summary>
internal sealed class ClockFacts
{
    private const int MostEntities = 10_000, MostListed = 20;
    private const double OffMs = 1000;

    private readonly ThinnedSamples _all = new(4096);
    private readonly Dictionary<string, ThinnedSamples> _entities = new(StringComparer.Ordinal);

    /// <summary>Takes the two times of a record into account.</summary>
    public void Add(string? entity, long timestampMs, EventTime time)
    {
        long aheadNs = (long)Int128.Clamp(timestampMs * (Int128)EventTime.PerMillisecond - time.Nanoseconds, long.MinValue, long.MaxValue);
        _all.Add(aheadNs);
        if (entity is null) return;
        if (!_entities.TryGetValue(entity, out ThinnedSamples? samples))
        {
            if (_entities.Count == MostEntities) return;
            _entities.Add(entity, samples = new ThinnedSamples(128));
        }

        samples.Add(aheadNs);
    }

    /// <summary>The offset of all records; null where there is none.</summary>
    public ClockOffset? Offset => _all.Quantile(0.5) is { } median ? new ClockOffset(Ms(median), Ms(_all.Quantile(0.95)!.Value)) : null;

    /// <summary>The entities that are off by more than a second, those that are furthest off first; the first 20.</summary>
    public IReadOnlyList<EntityOffset> OffEntities
    {
        get
        {
            if (Offset is not { } offset) return [];
            return
            [
                .. _entities.Select(e => new EntityOffset(e.Key, Ms(e.Value.Quantile(0.5)!.Value))).Where(e => Math.Abs(e.MedianMs - offset.MedianMs) > OffMs)
                    .OrderByDescending(e => Math.Abs(e.MedianMs - offset.MedianMs)).ThenBy(e => e.Entity, StringComparer.Ordinal).Take(MostListed),
            ];
        }
    }

    private static double Ms(long ns) => Math.Round(ns / (double)EventTime.PerMillisecond, 3);
}
