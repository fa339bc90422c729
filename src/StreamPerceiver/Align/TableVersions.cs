using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Align;

/// <summary>Holds the values of one table in a lane: of each entity the versions that windows may still need, in the order of their event times.</summary>
internal sealed class TableVersions
{
    /// <summary>Most versions of an entity. Of more, the earliest are dropped.</summary>
    public const int MostVersions = 64;

    /// <summary>Most entities of which nothing but a deletion is held. Of more, all of these are forgotten.</summary>
    public const int MostDeletions = 16_384;

    private readonly Dictionary<string, MediaSample[]> _versions = new(StringComparer.Ordinal);
    private int _deletions;

    /// <summary>The number of entities.</summary>
    public int Count => _versions.Count;

    /// <summary>Adds a version of an entity, and drops those that no window needs any more.</summary>
    /// <param name="version">The value, or a <see cref="Tombstone"/>.</param>
    /// <param name="firstEnd">All windows of the entity that are still to come end then or later.</param>
    /// <param name="lane">The lane, whose bytes held change; null: they are not counted.</param>
    public void Add(MediaSample version, EventTime firstEnd, LaneLease? lane)
    {
        string entity = version.Stream.Entity;
        MediaSample[] before = _versions.GetValueOrDefault(entity, []);
        int at = before.Length;
        while (at > 0 && before[at - 1].IsAfter(version)) at--;
        MediaSample[] all = [.. before[..at], version, .. before[at..]];
        int needed = Math.Max(LastBefore(all, firstEnd), all.Length - MostVersions);
        if (needed > 0) all = all[needed..];
        _versions[entity] = all;
        if (all is [Tombstone] && before is not [Tombstone]) _deletions++;
        if (before is [Tombstone] && all is not [Tombstone]) _deletions--;
        lane?.AddBytes(0, all.Sum(v => v.Bytes) - before.Sum(v => v.Bytes));
        if (_deletions > MostDeletions) ForgetDeletions(lane);
    }

    /// <summary>Finds the value of an entity for a window: the version of the greatest event time before its end. Returns null where there is none.</summary>
    public MediaSample? Find(string entity, EventTime end)
    {
        if (!_versions.TryGetValue(entity, out MediaSample[]? all)) return null;
        int last = LastBefore(all, end);
        return last < 0 || all[last] is Tombstone ? null : all[last];
    }

    // A deletion is kept for values of an earlier event time that come after it.
    private void ForgetDeletions(LaneLease? lane)
    {
        foreach ((string entity, MediaSample[] all) in _versions)
        {
            if (all is not [Tombstone only]) continue;
            lane?.AddBytes(0, -only.Bytes);
            _versions.Remove(entity);
        }

        _deletions = 0;
    }

    private static int LastBefore(MediaSample[] versions, EventTime end) => Array.FindLastIndex(versions, v => v.Time < end);
}
