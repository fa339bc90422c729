using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <content>Partitions come and go, pause and resume, and are committed.</content>
public sealed partial class KafkaIngest
{
    private static readonly TimeSpan BrokerTimeout = TimeSpan.FromSeconds(30);

    private IEnumerable<TopicPartitionOffset> Assigned(List<TopicPartition> partitions)
    {
        IReadOnlyList<int> lanes = _book.Assign(partitions);
        var emitted = new ProgressReader(ConsumerSettings.Connection(_options), _options.ProgressTopic).Read(lanes);
        foreach (int lane in lanes)
        {
            _pending.Enqueue(Envelope<RawRecord>.News(new LaneOpened(lane, emitted[lane])));
            Log.LaneOpened(_log, lane, emitted[lane].Count);
        }

        _assigned.TrySetResult();

        // Explicit starts: a group without offsets begins at the beginning, but an offset that retention took is an error, not a silent jump.
        return _consumer.Committed(partitions, BrokerTimeout)
            .Select(c => c.Offset == Offset.Unset ? new TopicPartitionOffset(c.TopicPartition, Offset.Beginning) : c);
    }

    private void Revoked(IEnumerable<TopicPartition> partitions)
    {
        CommitSettled();
        foreach (int lane in _book.Revoke(partitions))
        {
            _pending.Enqueue(Envelope<RawRecord>.News(new LaneClosed(lane)));
            Log.LaneClosed(_log, lane);
        }
    }

    /// <summary>Asks the brokers whether the inputs that look silent are; the aligner then need not wait for them.</summary>
    private void ConfirmSilence()
    {
        _lastSilenceCheck = Now;
        foreach ((TopicPartition partition, long end, InputCaughtUp news) in _book.Silent(Now))
        {
            try
            {
                if (_consumer.QueryWatermarkOffsets(partition, BrokerTimeout).High.Value != end) continue;
                _book.Confirmed(news);
                _pending.Enqueue(Envelope<RawRecord>.News(news));
            }
            catch (KafkaException e) when (!e.Error.IsFatal)
            {
                // Not known, so it is waited for; asked again soon.
                Log.ClientError(_log, e.Error.Code, e.Error.Reason);
            }
        }
    }

    private void ApplyPauses(Lane? only = null)
    {
        foreach ((TopicPartition partition, bool pause) in _book.PauseChanges(only))
        {
            if (pause) _consumer.Pause([partition]);
            else _consumer.Resume([partition]);
        }
    }

    /// <inheritdoc/>
    public void CommitSettled()
    {
        _lastCommit = _time.GetTimestamp();
        List<TopicPartitionOffset> offsets = _book.Committable();
        if (offsets.Count == 0) return;
        try
        {
            _consumer.Commit(offsets);
            _book.Committed(offsets);
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            // A rebalance is under way or a broker is away. The next commit, here or by the lane's next owner, covers it.
            Log.CommitFailed(_log, e.Error.Code, e.Error.Reason);
        }
    }
}
