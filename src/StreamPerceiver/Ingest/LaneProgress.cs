using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>The progress of a lane that earlier runs have stored, beside its committed offsets.</summary>
public sealed class LaneProgress
{
    private readonly Dictionary<string, EventTime> _emittedThrough = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _readFrom = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _reported = new(StringComparer.Ordinal);

    /// <summary>By entity, the end of the last published window.</summary>
    public IReadOnlyDictionary<string, EventTime> EmittedThrough => _emittedThrough;

    /// <summary>By topic, the offset from which a restart reads.</summary>
    public IReadOnlyDictionary<string, long> ReadFrom => _readFrom;

    /// <summary>By topic, the offset up to which dead letters and late records are published.</summary>
    public IReadOnlyDictionary<string, long> Reported => _reported;

    /// <summary>Adds an entry of the progress topic. Returns false where its key has no prefix of <see cref="ProgressKey"/>.</summary>
    public bool TryAdd(string key, long value)
    {
        if (Name(key, ProgressKey.Entity) is { } entity) _emittedThrough[entity] = new EventTime(value);
        else if (Name(key, ProgressKey.ReadFrom) is { } start) _readFrom[start] = value;
        else if (Name(key, ProgressKey.Reported) is { } reported) _reported[reported] = value;
        else return false;
        return true;
    }

    /// <summary>Removes the entry of an entity. Returns false where the key is not that of an entity.</summary>
    public bool TryRemove(string key)
    {
        if (Name(key, ProgressKey.Entity) is not { } entity) return false;
        _emittedThrough.Remove(entity);
        return true;
    }

    private static string? Name(string key, string kind) => key.StartsWith(kind, StringComparison.Ordinal) ? key[kind.Length..] : null;
}
