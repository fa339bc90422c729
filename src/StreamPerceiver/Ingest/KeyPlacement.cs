using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Holds that an entity is in one lane. Inputs that different partitioners wrote have an entity in two lanes, and each lane would publish its windows, from
/// a part of its records. The lane of an entity's first record is the right one. Any function from keys to partitions will do, if all inputs have the same.
/// </summary>
/// <param name="inputs">The pipeline's inputs.</param>
/// <param name="partitions">The partition count of each input's topic.</param>
/// <param name="progressTopic">The topic of the progress, for messages.</param>
internal sealed class KeyPlacement(IReadOnlyList<InputSpec> inputs, int partitions, string progressTopic)
{
    // A few records in a wrong partition are dead letters. An input ends the pipeline with so many, when they are a fifth of its records or more.
    private const int LeastMisplaced = 8;
    private const int LeastShare = 5;

    private const int LeastSweep = 1024;

    // An entity without one of the last records is forgotten.
    private const long Kept = 1 << 20;

    private readonly Dictionary<string, Home> _homes = new(StringComparer.Ordinal);
    private readonly PartitionerEvidence[] _evidence = [.. inputs.Select(_ => new PartitionerEvidence(partitions))];
    private readonly long[] _read = new long[inputs.Count];
    private readonly long[] _misplaced = new long[inputs.Count];
    private int _sweepAt = LeastSweep;
    private long _records;

    /// <summary>Adds the entities of which a lane has published windows.</summary>
    public void OpenLane(int lane, IReadOnlyDictionary<string, EventTime> emittedThrough)
    {
        foreach (string entity in emittedThrough.Keys) _homes.TryAdd(entity, new Home(lane, null, inputs.Count) { Last = _records });
    }

    /// <summary>Forgets a lane's entities.</summary>
    public void CloseLane(int lane) => Remove(home => home.Lane == lane);

    /// <summary>Returns what is wrong with the partition of a record, or null.</summary>
    /// <param name="stream">The record's lane, entity and input.</param>
    /// <param name="record">The record.</param>
    /// <exception cref="LayoutException">The inputs are not keyed the same way.</exception>
    public string? Problem(StreamKey stream, SourceRecord record)
    {
        int input = stream.Input;
        if (inputs[input].IsTable && !_homes.ContainsKey(stream.Entity))
        {
            // A table may have many entities without a record elsewhere, which need no place.
            _evidence[input].Add(stream.Entity, record.Key!, record.Partition);
            return null;
        }

        _read[input]++;
        if (!_homes.TryGetValue(stream.Entity, out Home? home)) home = Add(stream, record);
        home.Last = ++_records;
        bool isRight = home.Lane == stream.Lane;
        if (isRight && home.Seen[input]) return null;
        home.Seen[input] |= isRight;
        _evidence[input].Add(stream.Entity, record.Key!, record.Partition);
        if (_evidence.Any(_evidence[input].Contradicts))
            throw Split("their keys are in the partitions of different partitioners");
        if (isRight) return null;
        string problem = $"entity '{stream.Entity}' is in partition {record.Partition} of {record.Topic}, expected {home}";
        return ++_misplaced[input] >= LeastMisplaced && _misplaced[input] * LeastShare >= _read[input] ? throw Split(problem) : problem;
    }

    private LayoutException Split(string found)
    {
        IEnumerable<string> written = inputs.Select((input, i) => $"{input.Topic} by {_evidence[i].Likely?.Name ?? "a partitioner that its keys do not tell"}");
        return new LayoutException(
            $"the inputs are not keyed the same way: {found}; {string.Join(", ", written)}. Give all producers one partitioner (librdkafka's: set "
            + $"partitioner=murmur2_random, the default of Java's), then delete the topic {progressTopic} and start with --Kafka:StartFrom=TIME, "
            + "a time after this change and after any rise of partition counts");
    }

    private Home Add(StreamKey stream, SourceRecord record)
    {
        if (_homes.Count >= _sweepAt)
        {
            Remove(home => _records - home.Last > Kept);
            _sweepAt = Math.Max(LeastSweep, 2 * _homes.Count); // so a record pays for the sweeps in proportion
        }

        var home = new Home(stream.Lane, record, inputs.Count);
        _homes.Add(stream.Entity, home);
        return home;
    }

    private void Remove(Predicate<Home> isGone)
    {
        foreach ((string entity, Home home) in _homes)
            if (isGone(home))
                _homes.Remove(entity);
    }

    // The place of an entity. The first record is null where an earlier run read it.
    private sealed class Home(int lane, SourceRecord? first, int inputs)
    {
        public int Lane { get; } = lane;

        public (string Topic, long Offset)? First { get; } = first is null ? null : (first.Topic, first.Offset);

        public bool[] Seen { get; } = new bool[inputs];

        public long Last { get; set; }

        public override string ToString()
            => First is { } place ? $"{Lane}, as of {place.Topic}/{Lane}/{place.Offset}" : $"{Lane}, where an earlier run has published its windows";
    }
}
