using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>The lanes that this worker has: ledger, gate and pauses of each. Belongs to the polling thread; the accounts may be read from any.</summary>
internal sealed class PartitionBook(IReadOnlyList<InputSpec> inputs, IngestOptions options, MemoryBudget budget)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _inputOf = inputs.Select((spec, i) => (spec.Topic, i)).ToDictionary(x => x.Topic, x => x.i, StringComparer.Ordinal);
    private readonly Dictionary<int, Lane> _lanes = [];
    private readonly List<Lane> _past = [];
    private bool _graphIsFull;
    private bool _memoryIsScarce;
    private int _lastUnread;

    /// <summary>Takes the partitions in; the lanes that are new. A lane that is not whole is refused.</summary>
    public IReadOnlyList<int> Assign(IEnumerable<TopicPartition> partitions)
    {
        List<int> opened = [];
        foreach (IGrouping<int, TopicPartition> lane in partitions.GroupBy(p => p.Partition.Value).OrderBy(g => g.Key))
        {
            string[] missing = inputs.Select(i => i.Topic).Except(lane.Select(p => p.Topic)).ToArray();
            if (missing.Length > 0)
                throw new StreamPerceiverException($"lane {lane.Key} was assigned without {string.Join(", ", missing)}: every worker of the group must read the same topics with the range assignor");
            lock (_gate) _lanes.Add(lane.Key, new Lane(lane.Key, inputs.Count, options, budget));
            opened.Add(lane.Key);
        }

        return opened;
    }

    /// <summary>Gives up lanes: from now on nothing more of them is published. Which lanes that are.</summary>
    public IReadOnlyList<int> GiveUp(IEnumerable<TopicPartition> partitions)
    {
        int[] lanes = partitions.Select(p => p.Partition.Value).Distinct().Where(_lanes.ContainsKey).Order().ToArray();
        foreach (int lane in lanes) _lanes[lane].Hold.GiveUp();
        return lanes;
    }

    /// <summary>Forgets lanes that were given up.</summary>
    public void Forget(IEnumerable<int> lanes)
    {
        foreach (int lane in lanes)
        {
            lock (_gate)
            {
                _past.Add(_lanes[lane]);
                _lanes.Remove(lane);
            }
        }
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
    public void Confirmed(InputCaughtUp news)
    {
        _lanes[news.Lane].Silence.Confirmed(news.Input, news.AsOf);
        _lanes[news.Lane].Gate.Confirmed(news.Input, news.AsOf);
    }

    /// <summary>Notes whether the graph has room; true when that is news.</summary>
    public bool GraphIsFull(bool full)
    {
        bool news = _graphIsFull != full;
        _graphIsFull = full;
        return news;
    }

    /// <summary>Looks whether memory is scarce; true when that is news.</summary>
    public bool MemoryHasChanged()
    {
        bool before = _memoryIsScarce;
        _memoryIsScarce = budget.IsScarce;
        return before != _memoryIsScarce;
    }

    /// <summary>A partition with unread records that is not paused, another one each time; null where there is none.</summary>
    public TopicPartition? NextUnread()
    {
        TopicPartition[] unread =
        [
            .. from lane in _lanes.Values
               from input in Enumerable.Range(0, inputs.Count)
               where lane.Gate.IsUnread(input) && !lane.Paused[input]
               select new TopicPartition(inputs[input].Topic, lane.Number),
        ];
        return unread.Length == 0 ? null : unread[_lastUnread++ % unread.Length];
    }

    /// <summary>Partitions to pause or to resume, in one lane or in all of them, now that something has changed.</summary>
    public IEnumerable<(TopicPartition Partition, bool Pause)> PauseChanges(Lane? only)
    {
        foreach (Lane lane in only is null ? _lanes.Values : (IEnumerable<Lane>)[only])
        {
            for (int input = 0; input < inputs.Count; input++)
            {
                bool wait = lane.Gate.ShouldWait(input, _memoryIsScarce) || _graphIsFull;
                if (wait == lane.Paused[input]) continue;
                lane.Paused[input] = wait;
                yield return (new TopicPartition(inputs[input].Topic, lane.Number), wait);
            }
        }
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

    public IReadOnlyList<RecordAccount> Accounts()
    {
        lock (_gate)
        {
            return inputs.Select((spec, i) => RecordAccount.Of(spec.Name, _lanes.Values.Concat(_past).Select(l => l.Ledgers[i]).ToArray())).ToArray();
        }
    }
}

/// <summary>One lane, by input.</summary>
internal sealed class Lane
{
    public Lane(int number, int inputs, IngestOptions options, MemoryBudget budget)
    {
        (Number, Hold) = (number, new LaneHold(budget));
        Ledgers = Enumerable.Range(0, inputs).Select(_ => new OffsetLedger(Hold)).ToArray();
        Committed = Enumerable.Repeat(-1L, inputs).ToArray();
        Paused = new bool[inputs];
        Gate = new SkewGate(inputs, options.MaxAheadNs, options.ScarceAheadNs);
        Silence = new SilenceWatch(inputs);
    }

    public int Number { get; }

    public LaneHold Hold { get; }

    public OffsetLedger[] Ledgers { get; }

    public long[] Committed { get; }

    public bool[] Paused { get; }

    public SkewGate Gate { get; }

    public SilenceWatch Silence { get; }
}
