using Confluent.Kafka;

namespace StreamPerceiver.Kafka;

/// <summary>
/// Keeps lanes whole while the group assigns and revokes partitions. The classic protocol assigns all at once, so a lane with a missing partition is refused
/// at once. The consumer protocol (KIP-848) may assign a lane's partitions one after the other: the lane waits for the last of them. Pure.
/// </summary>
/// <param name="topics">The topics of the inputs.</param>
/// <param name="inParts">Whether a lane's partitions may be assigned one after the other.</param>
internal sealed class LaneAssignment(IReadOnlyList<string> topics, bool inParts)
{
    /// <summary>How long a lane may wait for its last partition.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<int, HashSet<string>> _assigned = [];
    private readonly Dictionary<int, TimeSpan> _incompleteSince = [];

    /// <summary>Adds partitions. Returns the lanes that are whole now and were not before.</summary>
    /// <param name="partitions">The partitions that the group assigns.</param>
    /// <param name="now">The clock.</param>
    /// <exception cref="StreamPerceiverException">A lane is not whole, and the protocol will not complete it.</exception>
    public IReadOnlyList<int> Add(IEnumerable<TopicPartition> partitions, TimeSpan now)
    {
        List<int> whole = [];
        foreach (IGrouping<int, TopicPartition> lane in partitions.GroupBy(p => p.Partition.Value).OrderBy(g => g.Key))
        {
            if (!_assigned.TryGetValue(lane.Key, out HashSet<string>? have)) _assigned[lane.Key] = have = new(StringComparer.Ordinal);
            have.UnionWith(lane.Select(p => p.Topic));
            if (IsWhole(lane.Key)) whole.Add(lane.Key);
            else if (!inParts) throw Broken(lane.Key);
            if (IsWhole(lane.Key)) _incompleteSince.Remove(lane.Key);
            else _incompleteSince.TryAdd(lane.Key, now);
        }

        return whole;
    }

    /// <summary>Removes partitions. Returns the lanes that were whole and are no longer.</summary>
    /// <param name="partitions">The partitions that the group revokes.</param>
    /// <param name="now">The clock.</param>
    public IReadOnlyList<int> Remove(IEnumerable<TopicPartition> partitions, TimeSpan now)
    {
        List<int> broken = [];
        foreach (IGrouping<int, TopicPartition> lane in partitions.GroupBy(p => p.Partition.Value).OrderBy(g => g.Key))
        {
            if (IsWhole(lane.Key)) broken.Add(lane.Key);
            if (!_assigned.TryGetValue(lane.Key, out HashSet<string>? have)) continue;
            have.ExceptWith(lane.Select(p => p.Topic));
            if (have.Count > 0) _incompleteSince.TryAdd(lane.Key, now);
            else
            {
                _assigned.Remove(lane.Key);
                _incompleteSince.Remove(lane.Key);
            }
        }

        return broken;
    }

    /// <summary>Checks that no lane has waited for too long.</summary>
    /// <exception cref="StreamPerceiverException">A lane has waited for longer than <see cref="Patience"/>.</exception>
    public void RequireWholeLanes(TimeSpan now)
    {
        foreach ((int lane, TimeSpan since) in _incompleteSince)
            if (now - since > Patience) throw Broken(lane);
    }

    private bool IsWhole(int lane) => _assigned.TryGetValue(lane, out HashSet<string>? have) && topics.All(have.Contains);

    private StreamPerceiverException Broken(int lane) => new(
        $"lane {lane} was assigned without {string.Join(", ", topics.Except(_assigned[lane]))}: "
        + "every worker of the group must read the same topics with the range assignor");
}
