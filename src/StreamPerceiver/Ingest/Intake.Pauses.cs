namespace StreamPerceiver.Ingest;

/// <content>Partitions that should be paused.</content>
public sealed partial class Intake
{
    private bool _graphIsFull;
    private bool _memoryIsScarce;

    /// <summary>Notes whether the graph is full. Returns whether that has changed.</summary>
    public bool NoteGraphIsFull(bool full)
    {
        bool changed = _graphIsFull != full;
        _graphIsFull = full;
        return changed;
    }

    /// <summary>Notes whether memory is scarce now. Returns whether that has changed.</summary>
    public bool NoteMemory()
    {
        bool before = _memoryIsScarce;
        _memoryIsScarce = _budget.IsScarce;
        return before != _memoryIsScarce;
    }

    /// <summary>
    /// Notes which lanes wait for a slow record now. They are paused, and their bytes in flight do not stop the reading of other lanes. Returns whether
    /// that has changed.
    /// </summary>
    public bool NoteSlowLanes()
    {
        bool changed = false;
        foreach (Lane lane in _lanes.Values)
        {
            bool isSlow = _load?.IsSlow(lane.Number) == true;
            if (isSlow == lane.IsSlow) continue;
            lane.IsSlow = isSlow;
            lane.Lease.SetAside(isSlow);
            changed = true;
        }

        return changed;
    }

    /// <summary>Returns the partitions to pause or to resume, compared with the last call.</summary>
    /// <param name="only">The one lane that has changed; null: any lane may have changed.</param>
    public IReadOnlyList<(SourcePartition Partition, bool Pause)> PauseChanges(int? only)
    {
        List<(SourcePartition, bool)>? changes = null; // called for every record, and nearly always without a change
        if (only is { } number) AddChanges(_lanes[number]);
        else
            foreach (Lane lane in _lanes.Values)
                AddChanges(lane);
        return changes ?? [];

        void AddChanges(Lane lane)
        {
            for (int topic = 0; topic < _topics.Count; topic++)
            {
                bool waits = lane.Gate.ShouldWait(topic, _memoryIsScarce) || (lane.UnreadTables.Count > 0 && !_topics[topic].IsTable);
                bool pause = waits || _graphIsFull || lane.IsSlow;
                if (pause == lane.Paused[topic]) continue;
                lane.Paused[topic] = pause;
                (changes ??= []).Add((new SourcePartition(_topics[topic].Topic, lane.Number), pause));
            }
        }
    }
}
