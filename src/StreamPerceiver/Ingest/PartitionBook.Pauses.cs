using Confluent.Kafka;

namespace StreamPerceiver.Ingest;

/// <content>Which partitions are to be paused.</content>
internal sealed partial class PartitionBook
{
    private bool _graphIsFull;
    private bool _memoryIsScarce;

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

    /// <summary>Partitions to pause or to resume, in one lane or in all of them, now that something has changed.</summary>
    public IReadOnlyList<(TopicPartition Partition, bool Pause)> PauseChanges(Lane? only)
    {
        List<(TopicPartition, bool)>? changes = null; // asked after every record, and nearly always none
        if (only is not null) Look(only);
        else
            foreach (Lane lane in _lanes.Values)
                Look(lane);
        return changes ?? [];

        void Look(Lane lane)
        {
            for (int input = 0; input < inputs.Count; input++)
            {
                bool wait = lane.Gate.ShouldWait(input, _memoryIsScarce) || _graphIsFull;
                if (wait == lane.Paused[input]) continue;
                lane.Paused[input] = wait;
                (changes ??= []).Add((new TopicPartition(inputs[input].Topic, lane.Number), wait));
            }
        }
    }
}
