using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>The lanes that this worker has: ledger, gate and pauses of each. Belongs to the polling thread; the accounts may be read from any.</summary>
internal sealed class PartitionBook(IReadOnlyList<InputSpec> inputs, long maxAheadNs)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _inputOf = inputs.Select((spec, i) => (spec.Topic, i)).ToDictionary(x => x.Topic, x => x.i, StringComparer.Ordinal);
    private readonly Dictionary<int, Lane> _lanes = [];
    private readonly List<Lane> _past = [];
    private bool _graphIsFull;

    /// <summary>Takes the partitions in; the lanes that are new. A lane that is not whole is refused.</summary>
    public IReadOnlyList<int> Assign(IEnumerable<TopicPartition> partitions)
    {
        List<int> opened = [];
        foreach (IGrouping<int, TopicPartition> lane in partitions.GroupBy(p => p.Partition.Value).OrderBy(g => g.Key))
        {
            string[] missing = inputs.Select(i => i.Topic).Except(lane.Select(p => p.Topic)).ToArray();
            if (missing.Length > 0)
                throw new StreamPerceiverException($"lane {lane.Key} was assigned without {string.Join(", ", missing)}: every worker of the group must read the same topics with the range assignor");
            lock (_gate) _lanes.Add(lane.Key, new Lane(lane.Key, inputs.Count, maxAheadNs));
            opened.Add(lane.Key);
        }

        return opened;
    }

    public IReadOnlyList<int> Revoke(IEnumerable<TopicPartition> partitions)
    {
        int[] closed = partitions.Select(p => p.Partition.Value).Distinct().Where(_lanes.ContainsKey).Order().ToArray();
        foreach (int lane in closed)
        {
            lock (_gate)
            {
                _past.Add(_lanes[lane]);
                _lanes.Remove(lane);
            }
        }

        return closed;
    }

    public Lane? LaneOf(int partition) => _lanes.GetValueOrDefault(partition);

    /// <summary>A record of the partition: its ack, and the index of its input.</summary>
    public (RecordAck Ack, int Input) Track(TopicPartition partition, long offset)
    {
        int input = _inputOf[partition.Topic];
        lock (_gate) return (_lanes[partition.Partition.Value].Ledgers[input].Track(offset), input);
    }

    /// <summary>A record of the partition has this event time.</summary>
    public void Saw(TopicPartition partition, EventTime time, TimeSpan now)
    {
        int input = _inputOf[partition.Topic];
        Lane lane = _lanes[partition.Partition.Value];
        lane.Gate.Saw(input, time);
        lane.Silence.Saw(input, time, now);
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
    public void Confirmed(InputCaughtUp news) => _lanes[news.Lane].Silence.Confirmed(news.Input, news.AsOf);

    /// <summary>Notes whether the graph has room; true when that is news.</summary>
    public bool GraphIsFull(bool full)
    {
        bool news = _graphIsFull != full;
        _graphIsFull = full;
        return news;
    }

    /// <summary>Partitions to pause or to resume, in one lane or in all of them, now that something has changed.</summary>
    public IEnumerable<(TopicPartition Partition, bool Pause)> PauseChanges(Lane? only)
    {
        foreach (Lane lane in only is null ? _lanes.Values : (IEnumerable<Lane>)[only])
        {
            for (int input = 0; input < inputs.Count; input++)
            {
                bool wait = lane.Gate.ShouldWait(input) || _graphIsFull;
                if (wait == lane.Paused[input]) continue;
                lane.Paused[input] = wait;
                yield return (new TopicPartition(inputs[input].Topic, lane.Number), wait);
            }
        }
    }

    /// <summary>What has moved since the last commit.</summary>
    public List<TopicPartitionOffset> Committable()
    {
        List<TopicPartitionOffset> offsets = [];
        lock (_gate)
        {
            foreach (Lane lane in _lanes.Values)
                for (int input = 0; input < inputs.Count; input++)
                    if (lane.Ledgers[input].Committable() is { } offset && offset > lane.Committed[input])
                        offsets.Add(new TopicPartitionOffset(inputs[input].Topic, lane.Number, offset));
        }

        return offsets;
    }

    public void Committed(IEnumerable<TopicPartitionOffset> offsets)
    {
        foreach (TopicPartitionOffset o in offsets) _lanes[o.Partition.Value].Committed[_inputOf[o.Topic]] = o.Offset.Value;
    }

    public IReadOnlyList<RecordAccount> Accounts()
    {
        lock (_gate)
        {
            return inputs.Select((spec, i) => RecordAccount.Of(spec.Name, _lanes.Values.Concat(_past).Select(l => l.Ledgers[i]).ToArray())).ToArray();
        }
    }
}

/// <summary>One lane, by input.</summary>
internal sealed class Lane(int number, int inputs, long maxAheadNs)
{
    public int Number { get; } = number;

    public OffsetLedger[] Ledgers { get; } = Enumerable.Range(0, inputs).Select(_ => new OffsetLedger()).ToArray();

    public long[] Committed { get; } = Enumerable.Repeat(-1L, inputs).ToArray();

    public bool[] Paused { get; } = new bool[inputs];

    public SkewGate Gate { get; } = new(inputs, maxAheadNs);

    public SilenceWatch Silence { get; } = new(inputs);
}
