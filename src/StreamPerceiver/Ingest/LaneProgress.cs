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
    private readonly Dictionary<string, long> _committed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _topicIds = new(StringComparer.Ordinal); // by key of an offset

    /// <summary>By entity, the end of the last published window.</summary>
    public IReadOnlyDictionary<string, EventTime> EmittedThrough => _emittedThrough;

    /// <summary>By the name of an input's records (<see cref="ProgressKey.ReadFrom"/>), the offset from which a restart reads.</summary>
    public IReadOnlyDictionary<string, long> ReadFrom => _readFrom;

    /// <summary>By topic, the offset up to which dead letters and late records are published.</summary>
    public IReadOnlyDictionary<string, long> Reported => _reported;

    /// <summary>By the same name, how far the entities had come before the record from which a restart reads.</summary>
    public IReadOnlyDictionary<string, ClockState> Clocks => _clocks;

    /// <summary>By topic, the offset that the last transaction has committed.</summary>
    public IReadOnlyDictionary<string, long> Committed => _committed;

    /// <summary>Whether no run has stored anything.</summary>
    public bool IsEmpty => _emittedThrough.Count + _readFrom.Count + _reported.Count + _committed.Count == 0;

    /// <summary>The entries, as <see cref="TryAdd"/> takes them.</summary>
    public IEnumerable<KeyValuePair<string, string>> Entries =>
    [
        .. _emittedThrough.Select(e => KeyValuePair.Create($"{ProgressKey.Entity}{e.Key}", Number(e.Value.Nanoseconds))),
        .. _clocks.Select(c => KeyValuePair.Create($"{ProgressKey.Clocks}{c.Key}", c.Value.ToJson())),
        .. Offsets(ProgressKey.ReadFrom, _readFrom), .. Offsets(ProgressKey.Reported, _reported), .. Offsets(ProgressKey.Committed, _committed),
    ];

    /// <summary>Adds an entry of the progress topic. Returns false where key or value are not as <see cref="ProgressKey"/> defines them.</summary>
    /// <param name="key">The entry's key.</param>
    /// <param name="value">A whole number, and behind an offset, after a space, the id of its topic where the brokers have one; or clocks.</param>
    public bool TryAdd(string key, string value)
    {
        if (Name(key, ProgressKey.Clocks) is { } of)
        {
            if (ClockState.FromJson(value) is not { } state) return false;
            _clocks[of] = state;
            return true;
        }

        string[] parts = value.Split(' ', 2);
        if (!long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)) return false;
        if (Name(key, ProgressKey.Entity) is { } entity)
        {
            _emittedThrough[entity] = new EventTime(number);
            return parts.Length == 1;
        }

        if (OffsetsUnder(key) is not var (offsets, topic)) return false;
        offsets[topic] = number;
        if (parts.Length > 1) _topicIds[key] = parts[1];
        else _topicIds.Remove(key);
        return true;
    }

    /// <summary>Removes an entry. Returns false where the key has no prefix of <see cref="ProgressKey"/>.</summary>
    public bool TryRemove(string key)
    {
        if (Name(key, ProgressKey.Entity) is { } entity)
        {
            _emittedThrough.Remove(entity);
            return true;
        }

        if (OffsetsUnder(key) is not var (offsets, topic)) return false;
        offsets.Remove(topic);
        _topicIds.Remove(key);
        return true;
    }

    /// <summary>Removes the offsets of a topic that had another id. Returns whether there were any.</summary>
    public bool RemoveOffsetsOfOther(string topic, string id)
    {
        string[] others = [.. _topicIds.Where(e => e.Value != id && OffsetsUnder(e.Key) is var (_, of) && IsOf(topic, of)).Select(e => e.Key)];
        foreach (string key in others) TryRemove(key);
        if (others.Length > 0)
            foreach (string stream in _clocks.Keys.Where(of => IsOf(topic, of)).ToArray()) _clocks.Remove(stream);
        return others.Length > 0;
    }

    /// <summary>Returns whether a run has stored where a restart reads a topic from, for any of its inputs.</summary>
    public bool HasReadFrom(string topic) => _readFrom.Keys.Any(of => IsOf(topic, of));

    private IEnumerable<KeyValuePair<string, string>> Offsets(string kind, Dictionary<string, long> offsets)
        => from offset in offsets
           let key = $"{kind}{offset.Key}"
           select KeyValuePair.Create(key, _topicIds.TryGetValue(key, out string? id) ? $"{Number(offset.Value)} {id}" : Number(offset.Value));

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    // A topic's name has no slash. Behind one stands the name of an input that takes a part of the topic.
    private static bool IsOf(string topic, string stream) => stream.Split('/', 2)[0] == topic;

    private (Dictionary<string, long> Offsets, string Topic)? OffsetsUnder(string key)
        => Name(key, ProgressKey.ReadFrom) is { } start ? (_readFrom, start)
            : Name(key, ProgressKey.Reported) is { } reported ? (_reported, reported)
            : Name(key, ProgressKey.Committed) is { } committed ? (_committed, committed)
            : null;

    private static string? Name(string key, string kind) => key.StartsWith(kind, StringComparison.Ordinal) ? key[kind.Length..] : null;
}
