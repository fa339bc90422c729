using Confluent.Kafka;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Kafka;

/// <content>Offsets are committed, and silence is confirmed.</content>
public sealed partial class KafkaSource
{
    // Reading stands still meanwhile, and the brokers are soon asked again.
    private static readonly TimeSpan SilenceTimeout = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public void CommitSettled()
    {
        _lastCommit = _time.GetTimestamp();
        if (_transactions is not null)
        {
            NoteCommitted(_transactions.Commit(_intake.CommittableOffsets, _consumer.ConsumerGroupMetadata));
        }
        else
        {
            // The client commits the stored offsets in the background, and when lanes go or the consumer closes, even after a fault. All that came of the
            // records before these offsets is published. A coordinator that is away stops nothing.
            IReadOnlyList<PartitionOffset> offsets = _intake.CommittableOffsets();
            foreach (PartitionOffset o in offsets) _consumer.StoreOffset(new TopicPartitionOffset(o.Topic, o.Partition, o.Offset));
            NoteCommitted(offsets);
        }
    }

    private void CommitIfDue()
    {
        if (_time.GetElapsedTime(_lastCommit).TotalMilliseconds >= _options.CommitIntervalMs) CommitSettled();
    }

    private void NoteCommitted(IReadOnlyList<PartitionOffset> offsets)
    {
        _intake.NoteCommitted(offsets);
        HasCommitted |= offsets.Count > 0;
    }

    // The next commit, here or by the lane's next owner, covers the offsets of one that failed.
    private void LogCommit(CommittedOffsets committed)
    {
        if (committed.Error.IsError) Log.CommitFailed(_log, committed.Error.Code, committed.Error.Reason);
    }

    /// <summary>Asks the brokers where partitions end. Records of undecided transactions count: they may still become readable.</summary>
    private void ConfirmSilence()
    {
        TimeSpan now = Now;
        try
        {
            IReadOnlyList<SourcePartition> partitions = _intake.PartitionsToAsk(now);
            IReadOnlyDictionary<TopicPartition, long> ends = _offsets.End(partitions.Select(ToKafka), IsolationLevel.ReadUncommitted, SilenceTimeout);
            foreach (SourcePartition partition in partitions) _intake.NoteLogEnd(partition, ends[ToKafka(partition)], now);
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            Log.ClientError(_log, e.Error.Code, e.Error.Reason); // not known: alignment waits, and the brokers are soon asked again
        }

        ApplyPauses();
        _lastSilenceCheck = Now;
    }
}
