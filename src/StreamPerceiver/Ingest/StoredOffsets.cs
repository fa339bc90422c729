using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Holds that the group's offsets and the progress belong together. With one and not the other, some windows would be published twice, and others never.
/// Pure.
/// </summary>
/// <param name="group">The consumer group, for messages.</param>
/// <param name="progressTopic">The topic of the progress, for messages.</param>
/// <param name="inTransactions">Whether offsets and progress are committed together, so that they are equal at any moment.</param>
public sealed class StoredOffsets(string group, string progressTopic, bool inTransactions)
{
    private string StartOver => $"delete the topic {progressTopic} and start with --Kafka:StartFrom=TIME (README, Recipes)";

    /// <summary>Returns the offset to take as committed; null: the partition is read from where a new one would be.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="state">Its offsets at the broker.</param>
    /// <param name="topicId">The id of its topic; null where the brokers have none.</param>
    /// <param name="progress">The lane's progress. What it has of an earlier topic of this name is removed.</param>
    /// <param name="note">What has changed since the last run, for the log; null: nothing.</param>
    /// <exception cref="LayoutException">They do not belong together, and there is no safe way on.</exception>
    public long? Reconcile(SourcePartition partition, PartitionState state, string? topicId, LaneProgress progress, out string? note)
    {
        (string topic, int lane) = partition;
        string place = $"{topic}/{lane}";
        note = null;
        if (progress.IsEmpty)
        {
            if (state.Committed is not { } alone || alone <= state.LogStart) return state.Committed;
            note = $"the group {group} has the offset {alone} of {place}, but {progressTopic}/{lane} has no progress: windows from there on may come again";
            if (!inTransactions) return alone;
            throw new LayoutException(
                $"the group {group} has the offset {alone} of {place}, but {progressTopic}/{lane} has no progress: it was deleted or emptied, so it is not "
                + $"known which windows are published. To begin anew, {StartOver}");
        }

        bool hadOther = topicId is not null && progress.RemoveOffsetsOfOther(topic, topicId);
        if (hadOther && !progress.Committed.ContainsKey(topic) && !progress.HasReadFrom(topic))
        {
            note = $"{topic} was deleted and made again: what was known of the records of the old {place} is dropped, and the new one is read from its "
                + "beginning";
            return null;
        }

        long? stored = progress.Committed.TryGetValue(topic, out long offset) ? offset : null;
        if (state.Committed is null && stored is not null)
        {
            note = $"the group {group} has no offset of {place} any more, deleted or expired: it goes on at {stored}, which {progressTopic} has. "
                + $"To begin anew instead, {StartOver}";
            return stored;
        }

        if (state.Committed is null && progress.HasReadFrom(topic))
            throw new LayoutException(
                $"the group {group} has no offset of {place} any more, deleted or expired, but {progressTopic}/{lane} has progress: some windows would come "
                + $"twice and others not at all. To begin anew, {StartOver}");
        if (stored is not null && state.Committed != stored)
            throw new LayoutException(
                $"the group {group} has the offset {state.Committed} of {place}, but {progressTopic}/{lane} has {stored}: the group's offsets were moved "
                + $"without the progress. To begin at another time, {StartOver}; to go on as before, reset this offset to {stored}");
        return state.Committed;
    }
}
