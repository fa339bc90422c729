using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <content>Partitions come and go, and are committed.</content>
public sealed partial class KafkaIngest
{
    private static readonly TimeSpan BrokerTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    // Reading stands still meanwhile, and the question can be asked again.
    private static readonly TimeSpan SilenceTimeout = TimeSpan.FromSeconds(2);

    private IEnumerable<TopicPartitionOffset> Assigned(List<TopicPartition> partitions)
    {
        if (_closing.IsCancellationRequested) return []; // a rebalance may still end while the consumer leaves
        IReadOnlyList<int> lanes = _book.Assign(partitions);

        // Offsets first: they are given out only once the last owner's transactions are decided, and then its progress is there to be read.
        var committed = Ask(() => _consumer.Committed(partitions, BrokerTimeout));
        var progress = Ask(() => new ProgressReader(_options, _log).Read(lanes));
        IReadOnlyList<PartitionOffset> starts = _book.Restore(
            [.. committed.Select(c => (c.TopicPartition, c.Offset == Offset.Unset ? (long?)null : c.Offset.Value))],
            progress,
            partition => Ask(() => _consumer.QueryWatermarkOffsets(partition, BrokerTimeout)).Low.Value);
        foreach (int lane in lanes)
        {
            _pending.Enqueue(Envelope<RawRecord>.News(new LaneOpened(lane, progress[lane].EmittedThrough)));
            Log.LaneOpened(_log, lane, progress[lane].EmittedThrough.Count);
        }

        _assigned.TrySetResult();

        // Explicit starts: a group without offsets begins at the beginning, but an offset that retention took is an error, not a silent jump.
        return starts.Select(s => new TopicPartitionOffset(s.Topic, s.Partition, s.Offset));
    }

    private T Ask<T>(Func<T> question)
    {
        for (long since = _time.GetTimestamp(); ;)
        {
            try
            {
                return question();
            }
            catch (KafkaException e) when (!e.Error.IsFatal && MayPass(e.Error))
            {
                // A transaction of the last owner is not decided yet, or a broker is away.
                Log.ClientError(_log, e.Error.Code, e.Error.Reason);
                if (_time.GetElapsedTime(since) >= ProgressReader.Patience)
                    throw new StartAfreshException($"the group {_options.GroupId}: {e.Error.Reason} ({e.Error.Code}) for {ProgressReader.Patience.TotalSeconds} s", e);
                _closing.Token.WaitHandle.WaitOne(RetryPause);
                LearnLeaders();
            }
        }
    }

    // A question that a broker refuses because another one leads now goes to the same broker for ever: only an answer about the topic itself mends that.
    private void LearnLeaders()
    {
        using IAdminClient admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        foreach (InputSpec input in _inputs)
        {
            try
            {
                admin.GetMetadata(input.Topic, SilenceTimeout);
            }
            catch (KafkaException e) when (!e.Error.IsFatal)
            {
                return; // no broker answers; the next try will say so
            }
        }
    }

    private static bool MayPass(Error error)
        => error.Code is not (ErrorCode.Local_Destroy or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed);

    // What the publisher has taken of the lanes goes out while they are still ours; what is behind that in the graph is void from here on.
    private void Revoked(IEnumerable<TopicPartition> partitions)
    {
        IReadOnlyList<int> lanes = _book.GiveUp(partitions);
        if (!_closing.IsCancellationRequested) CommitSettled(); // a clean end has done so already, and after a fault the graph's state is void
        Close(lanes);
    }

    // Too late to commit: others may have the lanes already.
    private void Lost(IReadOnlyList<TopicPartitionOffset> partitions)
    {
        IReadOnlyList<int> lanes = _book.GiveUp(partitions.Select(p => p.TopicPartition));
        Close(lanes); // first: the client may hand out the next lanes before it passes the exception on
        if (_transactions is not null && !_closing.IsCancellationRequested)
            throw new StartAfreshException($"the group {_options.GroupId} has given the lanes {string.Join(", ", lanes)} to others: this worker was silent for too long");
    }

    private void Close(IReadOnlyList<int> lanes)
    {
        _consumer.Resume(_book.Forget(lanes)); // librdkafka keeps a pause beyond the assignment
        foreach (int lane in lanes)
        {
            _pending.Enqueue(Envelope<RawRecord>.News(new LaneClosed(lane)));
            Log.LaneClosed(_log, lane);
        }
    }

    /// <summary>Asks the brokers whether the inputs that look silent are; the aligner then need not wait for them.</summary>
    private void ConfirmSilence()
    {
        foreach ((TopicPartition partition, long end, InputCaughtUp news) in _book.Silent(Now))
        {
            try
            {
                if (_consumer.QueryWatermarkOffsets(partition, SilenceTimeout).High.Value != end) continue;
                _book.Confirmed(news);
                _pending.Enqueue(Envelope<RawRecord>.News(news));
            }
            catch (KafkaException e) when (!e.Error.IsFatal)
            {
                // Not known, so it is waited for; asked again soon, and not of the others now.
                Log.ClientError(_log, e.Error.Code, e.Error.Reason);
                LearnLeaders();
                break;
            }
        }

        ApplyPauses();
        _lastSilenceCheck = Now;
    }

    private void CommitIfDue()
    {
        if (_time.GetElapsedTime(_lastCommit).TotalMilliseconds >= _options.CommitIntervalMs) CommitSettled();
    }

    /// <inheritdoc/>
    public void CommitSettled()
    {
        _lastCommit = _time.GetTimestamp();
        if (_transactions is not null)
        {
            Committed(_transactions.Commit(_book.Committable, _consumer.ConsumerGroupMetadata));
        }
        else
        {
            // The client commits what is stored in the background, and when lanes go or the consumer closes, after a fault as well: what came of the
            // records before these offsets is published. A coordinator that is away stops nothing.
            IReadOnlyList<PartitionOffset> offsets = _book.Committable();
            foreach (PartitionOffset o in offsets) _consumer.StoreOffset(new TopicPartitionOffset(o.Topic, o.Partition, o.Offset));
            Committed(offsets);
        }
    }

    private void Committed(IReadOnlyList<PartitionOffset> offsets)
    {
        _book.Committed(offsets);
        HasCommitted |= offsets.Count > 0;
        foreach ((LookbackMoved news, LaneAck ack) in _book.LookbackMoves()) _pending.Enqueue(Envelope<RawRecord>.News(news, ack));
    }

    // The next commit, here or by the lane's next owner, covers what this one did not.
    private void Committed(CommittedOffsets committed)
    {
        if (committed.Error.IsError) Log.CommitFailed(_log, committed.Error.Code, committed.Error.Reason);
    }
}
