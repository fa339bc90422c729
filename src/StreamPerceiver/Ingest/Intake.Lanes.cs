using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <content>Lanes that open and close.</content>
public sealed partial class Intake
{
    private readonly Dictionary<int, Lane> _lanes = [];

    /// <summary>Whether a lane is open.</summary>
    public bool HasLane(int lane) => _lanes.ContainsKey(lane);

    /// <summary>Returns the partitions of lanes. A lane has one partition for each topic, in the order of <see cref="Topics"/>.</summary>
    public IReadOnlyList<SourcePartition> PartitionsOf(IEnumerable<int> lanes)
        => [.. lanes.SelectMany(lane => _topics.Select(of => new SourcePartition(of.Topic, lane)))];

    /// <summary>Opens a lane that no earlier run has read.</summary>
    /// <param name="lane">The partition number.</param>
    public void OpenLane(int lane)
        => OpenLane(lane, new LaneProgress(), [.. _topics.Select(_ => new PartitionState(Committed: null, LogStart: 0))]);

    /// <summary>Opens a lane at the progress that earlier runs have stored. The lane's notice comes before all of its records.</summary>
    /// <param name="lane">The partition number.</param>
    /// <param name="progress">The progress that earlier runs have stored.</param>
    /// <param name="partitions">
    /// The offsets of its partitions at the broker, in the order of <see cref="Topics"/>. Where the log begins behind the committed offset, records are lost.
    /// A notice of that follows the lane's notice, and reading goes on where the log begins.
    /// </param>
    /// <returns>By topic, the first offset to read; null: the first record of the partition, as for every table.</returns>
    public IReadOnlyList<long?> OpenLane(int lane, LaneProgress progress, IReadOnlyList<PartitionState> partitions)
    {
        Log?.Invoke(new LaneBegun(lane, progress, [.. Topics.Zip(partitions, KeyValuePair.Create)]), Clock);
        var opened = new Lane(lane, _topics, _options, _budget);
        var starts = new long?[_topics.Count];
        List<Envelope<RawRecord>> lost = [];
        for (int topic = 0; topic < starts.Length; topic++)
        {
            string name = _topics[topic].Topic;
            (long? committed, long logStart, long? begin) = partitions[topic];
            opened.Committed[topic] = committed ?? -1;
            opened.Ledgers[topic].Restore(committed ?? -1, progress.Reported.GetValueOrDefault(name, -1));
            if (_topics[topic].IsTable) continue;
            if (committed < logStart)
            {
                lost.Add(Envelope<RawRecord>.OfNotice(
                    new RecordsLost(lane, name, committed.Value, logStart), opened.Ledgers[topic].TrackLoss(committed.Value, logStart)));
                starts[topic] = logStart;
                continue;
            }

            if (committed is null && begin is { } first) opened.Ledgers[topic].BeginAt(first);
            starts[topic] = committed is { } before ? FirstNeeded(opened.Begins[topic], topic, progress, before, logStart) : begin;
        }

        lock (_gate) _lanes.Add(lane, opened);
        _placement?.OpenLane(lane, progress.EmittedThrough);
        ClockState?[] clocks = [.. _inputs.Select(i => progress.Clocks.GetValueOrDefault(i.StreamName))];
        _pending.Enqueue(Envelope<RawRecord>.OfNotice(new LaneOpened(lane, progress.EmittedThrough, clocks)));
        foreach (Envelope<RawRecord> loss in lost) _pending.Enqueue(loss);
        return starts;
    }

    // Each input begins where its own alignment needs, and the partition with the first of them.
    private long FirstNeeded(long[] begins, int topic, LaneProgress progress, long committed, long logStart)
    {
        for (int place = 0; place < begins.Length; place++)
        {
            string stream = _inputs[_topics[topic].Inputs[place]].StreamName;
            begins[place] = progress.ReadFrom.TryGetValue(stream, out long from) ? Math.Min(committed, Math.Max(from, logStart)) : committed;
        }

        return begins.Min();
    }

    /// <summary>Revokes the leases of lanes: no more of their results are published. Until a lane is closed, its offsets may still be committed.</summary>
    /// <param name="lanes">The lanes. A lane that is not open is ignored, since its opening may have failed.</param>
    public void RevokeLanes(IEnumerable<int> lanes)
    {
        foreach (int lane in lanes.Where(HasLane)) _lanes[lane].Lease.Revoke();
    }

    /// <summary>Closes lanes that were revoked, and keeps their accounts.</summary>
    /// <param name="lanes">The lanes. A lane that is not open is ignored.</param>
    /// <returns>The paused partitions of the lanes. A source must resume them, or they would still be paused at their next assignment.</returns>
    public IReadOnlyList<SourcePartition> CloseLanes(IEnumerable<int> lanes)
    {
        List<SourcePartition> paused = [];
        int[] open = [.. lanes.Where(HasLane)];
        if (open.Length > 0) Log?.Invoke(new LanesEnded(open), Clock);
        foreach (int number in open)
        {
            Lane lane = _lanes[number];
            paused.AddRange(_topics.Where((_, i) => lane.Paused[i]).Select(of => new SourcePartition(of.Topic, number)));
            lock (_gate)
            {
                foreach (RecordAccount account in AccountsOf(lane))
                    _past[(account.Input, number)] = _past.TryGetValue((account.Input, number), out RecordAccount? before) ? before + account : account;
                _lanes.Remove(number);
            }

            _placement?.CloseLane(number);
            _pending.Enqueue(Envelope<RawRecord>.OfNotice(new LaneClosed(number)));
        }

        return paused;
    }
}
