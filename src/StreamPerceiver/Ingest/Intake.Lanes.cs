using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <content>Lanes that open and close.</content>
public sealed partial class Intake
{
    private readonly Dictionary<int, Lane> _lanes = [];

    /// <summary>Whether a lane is open.</summary>
    public bool HasLane(int lane) => _lanes.ContainsKey(lane);

    /// <summary>Returns the partitions of lanes. A lane has one partition for each input, in the order of the inputs.</summary>
    public IReadOnlyList<SourcePartition> PartitionsOf(IEnumerable<int> lanes)
        => [.. lanes.SelectMany(lane => _inputs.Select(input => new SourcePartition(input.Topic, lane)))];

    /// <summary>Opens a lane that no earlier run has read.</summary>
    /// <param name="lane">The partition number.</param>
    public void OpenLane(int lane) => OpenLane(lane, new LaneProgress(), [.. _inputs.Select(_ => new PartitionState(Committed: null, LogStart: 0))]);

    /// <summary>Opens a lane at the progress that earlier runs have stored. The lane's notice comes before all of its records.</summary>
    /// <param name="lane">The partition number.</param>
    /// <param name="progress">The progress that earlier runs have stored.</param>
    /// <param name="partitions">
    /// The offsets of its partitions at the broker, in the order of the inputs. Where the log begins behind the committed offset, records are lost. A notice
    /// of that follows the lane's notice, and reading goes on where the log begins.
    /// </param>
    /// <returns>By input, the first offset to read; null: the first record of the partition.</returns>
    public IReadOnlyList<long?> OpenLane(int lane, LaneProgress progress, IReadOnlyList<PartitionState> partitions)
    {
        var opened = new Lane(lane, _inputs.Count, _options, _budget);
        var starts = new long?[_inputs.Count];
        List<Envelope<RawRecord>> lost = [];
        for (int input = 0; input < starts.Length; input++)
        {
            string topic = _inputs[input].Topic;
            (long? committed, long logStart, long? begin) = partitions[input];
            opened.Committed[input] = committed ?? -1;
            opened.Ledgers[input].Restore(committed ?? -1, progress.Reported.GetValueOrDefault(topic, -1));
            if (committed < logStart)
            {
                lost.Add(Envelope<RawRecord>.OfNotice(
                    new RecordsLost(lane, topic, committed.Value, logStart), opened.Ledgers[input].TrackLoss(committed.Value, logStart)));
                starts[input] = logStart;
                continue;
            }

            bool looksBack = committed is not null && progress.ReadFrom.ContainsKey(topic);
            if (committed is null && begin is { } first) opened.Ledgers[input].BeginAt(first);
            starts[input] = looksBack ? Math.Min(committed!.Value, Math.Max(progress.ReadFrom[topic], logStart)) : committed ?? begin;
        }

        lock (_gate) _lanes.Add(lane, opened);
        _placement?.OpenLane(lane, progress.EmittedThrough);
        ClockState?[] clocks = [.. _inputs.Select(i => progress.Clocks.GetValueOrDefault(i.Topic))];
        _pending.Enqueue(Envelope<RawRecord>.OfNotice(new LaneOpened(lane, progress.EmittedThrough, clocks)));
        foreach (Envelope<RawRecord> loss in lost) _pending.Enqueue(loss);
        return starts;
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
        foreach (int number in lanes.Where(HasLane))
        {
            Lane lane = _lanes[number];
            paused.AddRange(_inputs.Where((_, i) => lane.Paused[i]).Select(input => new SourcePartition(input.Topic, number)));
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
