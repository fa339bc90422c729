using System.Globalization;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>The progress of a lane that earlier runs have stored, beside its committed offsets.</summary>
public sealed class LaneProgress
{
    private readonly Dictionary<string, EventTime> _emittedThrough = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _readFrom = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _reported = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ClockState> _clocks = new(StringComparer.Ordinal);

    /// <summary>By entity, the end of the last published window.</summary>
    public IReadOnlyDictionary<string, EventTime> EmittedThrough => _emittedThrough;

    /// <summary>By topic, the offset from which a restart reads.</summary>
    public IReadOnlyDictionary<string, long> ReadFrom => _readFrom;

    /// <summary>By topic, the offset up to which dead letters and late records are published.</summary>
    public IReadOnlyDictionary<string, long> Reported => _reported;

    /// <summary>By topic, how far the entities had come before the record from which a restart reads.</summary>
    public IReadOnlyDictionary<string, ClockState> Clocks => _clocks;

    /// <summary>Adds an entry of the progress topic. Returns false where key or value are not as <see cref="ProgressKey"/> defines them.</summary>
    public bool TryAdd(string key, ReadOnlyMemory<byte> utf8)
    {
        if (Name(key, ProgressKey.Clocks) is { } clocks)
        {
            if (ClockState.FromJson(utf8) is not { } state) return false;
            _clocks[clocks] = state;
            return true;
        }

        if (!long.TryParse(utf8.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)) return false;
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
