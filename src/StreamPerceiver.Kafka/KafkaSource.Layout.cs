using Confluent.Kafka;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Kafka;

/// <content>The topics and offsets that a lane begins with, and whether they stay as they are.</content>
public sealed partial class KafkaSource
{
    private LayoutWatch? _watch; // null where the brokers describe no topics, as the embedded one does not

    private void NoteLayout(StartCheck check)
    {
        _intake.RequireOneLaneAnEntity(check.Lanes, _options.ProgressTopic);
        if (check.Layout is not { } layout) return;
        _options.TopicIds.Set(layout.Ids);
        _watch = new LayoutWatch(_consumer.Handle, layout, _log);
    }

    /// <summary>Returns the state of a lane's partitions, in their order, once offsets and progress are known to belong together.</summary>
    private PartitionState[] Reconciled(IReadOnlyList<TopicPartition> inputs, LaneProgress progress, Dictionary<TopicPartition, PartitionState> states)
    {
        if (progress.IsEmpty && _options.StartFromMs is { } from)
        {
            var at = AskBrokers(() => _offsets.At(from, inputs, BrokerTimeout));
            return [.. inputs.Select(p => states[p] with { Committed = null, Begin = at[p] })];
        }

        var stored = new StoredOffsets(_options.GroupId, _options.ProgressTopic, inTransactions: _transactions is not null);
        return [.. inputs.Select(p => states[p] with
        {
            Committed = Reconciled(stored, p, states[p], progress),
            Begin = states[p].LogStart,
        })];
    }

    // Without transactions nothing else shows, after a kill, that the group has had offsets. It is a help only, so a failure is no fault.
    private void CommitStarts(IEnumerable<KeyValuePair<TopicPartition, long>> starts)
    {
        TopicPartitionOffset[] all = [.. starts.Select(s => new TopicPartitionOffset(s.Key, s.Value))];
        if (all.Length == 0) return;
        try
        {
            _calls.Run("Commit", BrokerTimeout, () => _consumer.Commit(all));
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            Log.CommitFailed(_log, e.Error.Code, e.Error.Reason);
        }
    }

    private long? Reconciled(StoredOffsets stored, TopicPartition partition, PartitionState state, LaneProgress progress)
    {
        var place = new SourcePartition(partition.Topic, partition.Partition.Value);
        long? committed = stored.Reconcile(place, state, _options.TopicIds.Of(partition.Topic), progress, out string? note);
        if (note is not null) Log.OffsetsChanged(_log, note);
        return committed;
    }
}
