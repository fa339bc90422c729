using Confluent.Kafka;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Ingest;

/// <summary>The lanes that this worker has: ledger, gate and pauses of each. Belongs to the polling thread; the accounts may be read from any.</summary>
internal sealed partial class PartitionBook(IReadOnlyList<InputSpec> inputs, IngestOptions options, MemoryBudget budget)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _inputOf = inputs.Select((spec, i) => (spec.Topic, i)).ToDictionary(x => x.Topic, x => x.i, StringComparer.Ordinal);
    private readonly Dictionary<int, Lane> _lanes = [];
    private readonly Dictionary<(string Input, int Lane), RecordAccount> _past = [];

    /// <summary>Opens lanes that the group has assigned.</summary>
    public void Open(IEnumerable<int> lanes)
    {
        lock (_gate)
        {
            foreach (int lane in lanes) _lanes.Add(lane, new Lane(lane, inputs.Count, options, budget));
        }
    }

    /// <summary>All partitions of these lanes.</summary>
    public IReadOnlyList<TopicPartition> PartitionsOf(IEnumerable<int> lanes) => [.. lanes.SelectMany(lane => inputs.Select(input => new TopicPartition(input.Topic, lane)))];

    /// <summary>Where to begin to read, now that it is known what earlier runs have done.</summary>
    /// <param name="committed">The offsets that are committed; null where there is none.</param>
    /// <param name="progress">By lane.</param>
    /// <param name="begins">The first offset that each partition still has.</param>
    public IReadOnlyDictionary<TopicPartition, long> Restore(
        IReadOnlyList<(TopicPartition Partition, long? Offset)> committed, IReadOnlyDictionary<int, LaneProgress> progress, IReadOnlyDictionary<TopicPartition, long> begins)
    {
        Dictionary<TopicPartition, long> starts = [];
        foreach ((TopicPartition partition, long? offset) in committed)
        {
            int input = _inputOf[partition.Topic];
            Lane lane = _lanes[partition.Partition.Value];
            LaneProgress known = progress[lane.Number];
            lane.Committed[input] = offset ?? -1;
            lane.Ledgers[input].Restore(offset ?? -1, known.Reported.GetValueOrDefault(partition.Topic, -1));
            bool back = offset is not null && known.ReadFrom.ContainsKey(partition.Topic);
            long start = back ? Math.Min(offset!.Value, Math.Max(known.ReadFrom[partition.Topic], begins[partition])) : offset ?? Offset.Beginning.Value;
            starts.Add(partition, start);
        }

        return starts;
    }

    /// <summary>Gives up lanes: from now on nothing more of them is published.</summary>
    public void GiveUp(IEnumerable<int> lanes)
    {
        foreach (int lane in lanes) _lanes[lane].Hold.GiveUp();
    }

    /// <summary>Forgets lanes that were given up; the partitions of theirs that are paused, which they would still be if they came back.</summary>
    public IReadOnlyList<TopicPartition> Forget(IEnumerable<int> lanes)
    {
        List<TopicPartition> paused = [];
        foreach (int number in lanes)
        {
            Lane lane = _lanes[number];
            paused.AddRange(inputs.Where((_, i) => lane.Paused[i]).Select(input => new TopicPartition(input.Topic, number)));
            lock (_gate)
            {
                foreach (RecordAccount account in AccountsOf(lane))
                    _past[(account.Input, number)] = _past.TryGetValue((account.Input, number), out RecordAccount? before) ? before + account : account;
                _lanes.Remove(number);
            }
        }

        return paused;
    }

    public Lane? LaneOf(int partition) => _lanes.GetValueOrDefault(partition);

    /// <summary>A record of the partition: its ack, and the index of its input.</summary>
    public (RecordAck Ack, int Input) Track(TopicPartition partition, long offset)
    {
        int input = _inputOf[partition.Topic];
        lock (_gate) return (_lanes[partition.Partition.Value].Ledgers[input].Track(offset), input);
    }

    /// <summary>A record of the partition has this event time. What is to be sent on before it and is a part of it, or null.</summary>
    public LookbackMoved? Saw(TopicPartition partition, long offset, EventTime time, TimeSpan now)
    {
        int input = _inputOf[partition.Topic];
        Lane lane = _lanes[partition.Partition.Value];
        lane.Gate.Saw(input, time);
        lane.Silence.Saw(input, time, now);
        return lane.Lookback.Saw(input, offset, time)
            ? new LookbackMoved(lane.Number, partition.Topic, offset, new EventTime(long.MinValue))
            : null;
    }

    /// <summary>The partition has been read to its end, which is here.</summary>
    public void AtEnd(TopicPartition partition, long offset)
    {
        int input = _inputOf[partition.Topic];
        Lane lane = _lanes[partition.Partition.Value];
        lane.Gate.CaughtUp(input);
        lane.Silence.AtEnd(input, offset);
    }

    /// <summary>Partitions that look silent: to be confirmed by their brokers, since an end that was reached may have moved.</summary>
    public IReadOnlyList<(TopicPartition Partition, long End, InputCaughtUp News)> Silent(TimeSpan now)
        => _lanes.Values
            .SelectMany(lane => lane.Silence.Candidates(now).Select(c =>
                (new TopicPartition(inputs[c.Input].Topic, lane.Number), c.End, new InputCaughtUp(lane.Number, c.Input, c.Since, c.AsOf))))
            .ToArray();

    /// <summary>The broker has confirmed it.</summary>
    public void Confirmed(InputCaughtUp news)
    {
        _lanes[news.Lane].Silence.Confirmed(news.Input, news.AsOf);
        _lanes[news.Lane].Lookback.Silent(news.Input, news.AsOf);
        _lanes[news.Lane].Gate.Confirmed(news.Input, news.AsOf);
    }

    /// <summary>What has moved since the last commit.</summary>
    public IReadOnlyList<PartitionOffset> Committable()
    {
        List<PartitionOffset> offsets = [];
        lock (_gate)
        {
            foreach (Lane lane in _lanes.Values)
                for (int input = 0; input < inputs.Count; input++)
                    if (lane.Ledgers[input].Committable() is { } offset && offset > lane.Committed[input])
                        offsets.Add(new PartitionOffset(inputs[input].Topic, lane.Number, offset));
        }

        return offsets;
    }

    public void Committed(IEnumerable<PartitionOffset> offsets)
    {
        foreach (PartitionOffset o in offsets) _lanes[o.Partition].Committed[_inputOf[o.Topic]] = o.Offset;
    }

    /// <summary>Where a restart begins to read, of what has moved with the last commit.</summary>
    public IReadOnlyList<(LookbackMoved News, LaneAck Ack)> LookbackMoves() =>
    [
        .. from lane in _lanes.Values
           from moved in lane.Lookback.Move([.. lane.Committed.Select((offset, i) => (offset, lane.Ledgers[i].IsSettled))])
           select (new LookbackMoved(lane.Number, inputs[moved.Input].Topic, moved.Offset, moved.Needed), new LaneAck(lane.Hold)),
    ];

    /// <summary>What became of every record, by input and lane; of lanes that have gone, what was decided here.</summary>
    public IReadOnlyList<RecordAccount> Accounts()
    {
        lock (_gate)
        {
            IEnumerable<RecordAccount> here = _lanes.Values.SelectMany(AccountsOf);
            return [.. _past.Values.Concat(here).GroupBy(a => (a.Input, a.Lane)).Select(g => g.Aggregate((sum, a) => sum + a)).OrderBy(a => a.Input, StringComparer.Ordinal).ThenBy(a => a.Lane)];
        }
    }

    private IEnumerable<RecordAccount> AccountsOf(Lane lane) => inputs.Select((spec, i) => RecordAccount.Of(spec.Name, lane.Number, lane.Ledgers[i]));
}
