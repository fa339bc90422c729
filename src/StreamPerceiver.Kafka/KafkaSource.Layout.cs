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

    private static bool IsMissingTopic(Error error)
        => error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition;

    /// <summary>Returns the state of a lane's partitions, in their order, once offsets and progress are known to belong together.</summary>
    private PartitionState[] Reconciled(IReadOnlyList<TopicPartition> inputs, LaneProgress progress, Dictionary<TopicPartition, PartitionState> states)
    {
        if (progress.IsEmpty && _options.StartFromMs is { } from)
        {
            var at = AskBrokers(() => _offsets.At(from, inputs, BrokerTimeout));
            return [.. inputs.Select(p => _intake.IsTable(p.Topic) ? states[p] : states[p] with { Committed = null, Begin = at[p] })];
        }

        var stored = new StoredOffsets(_options.GroupId, _options.ProgressTopic, inTransactions: _transactions is not null);
        return [.. inputs.Select(p => _intake.IsTable(p.Topic) ? states[p] : states[p] with
        {
            Committed = Reconciled(stored, p, states[p], progress),
            Begin = states[p].LogStart,
        })];
    }

    // Commits what the group lacks and the progress has. Without transactions also where a lane begins: after a kill, nothing else shows that there were
    // offsets. It is a help only, so a failure is no fault.
    private void CommitMissing(TopicPartition[] inputs, PartitionState[] reconciled, Dictionary<TopicPartition, PartitionState> states)
    {
        TopicPartitionOffset[] missing =
        [
            .. from input in inputs.Zip(reconciled, (partition, state) => (Partition: partition, State: state))
               where states[input.Partition].Committed is null
               let offset = input.State.Committed ?? (_transactions is null ? input.State.Begin : null)
               where offset is not null
               select new TopicPartitionOffset(input.Partition, offset.Value),
        ];
        if (missing.Length == 0) return;
        try
        {
            _calls.Run("Commit", BrokerTimeout, () => _consumer.Commit(missing));
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
