using Confluent.Kafka;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Kafka;

/// <content>Lanes come and go with the partitions that the group assigns.</content>
public sealed partial class KafkaSource
{
    // Of the consumer protocol, in which each heartbeat is answered. In the classic one a member may wait for the sessions of others.
    private static readonly TimeSpan JoinPatience = TimeSpan.FromSeconds(20);

    // Time-out of one try: a request to a broker that has gone is not sent to the next one, so it is soon made again.
    private static readonly TimeSpan BrokerTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    // Starts of partitions that were assigned before their lane was whole: the client must go back to them.
    private readonly List<TopicPartitionOffset> _seeks = [];

    private IEnumerable<TopicPartitionOffset> OnAssigned(List<TopicPartition> partitions)
    {
        Dictionary<TopicPartition, long> starts = [];
        if (!_closing.IsCancellationRequested) // else a rebalance ends while the consumer leaves
        {
            foreach ((TopicPartition partition, long start) in Open(_assignment.Add(partitions, Now)))
            {
                if (partitions.Contains(partition)) starts.Add(partition, start);
                else _seeks.Add(new TopicPartitionOffset(partition, start));
            }

            _assigned.TrySetResult();
        }

        // Explicit starts: a group without offsets begins at the beginning, but an offset that retention took is an error, not a silent jump.
        return partitions.Select(p => new TopicPartitionOffset(p, starts.TryGetValue(p, out long start) ? start : Offset.End));
    }

    // Returns where to begin to read.
    private Dictionary<TopicPartition, long> Open(IReadOnlyList<int> lanes)
    {
        if (lanes.Count == 0) return []; // a part of a lane, or nothing: the brokers need not be asked
        TopicPartition[] partitions = [.. _intake.PartitionsOf(lanes).Select(ToKafka)];

        // Offsets first: they are given out only once the last owner's transactions are decided, and then its progress is there to be read.
        var committed = AskBrokers(() => _calls.Run("Committed", BrokerTimeout, () => _consumer.Committed(partitions, BrokerTimeout)));
        var progress = AskBrokers(() => new ProgressReader(_options, _calls, _log).Read(lanes, BrokerTimeout));
        var logStarts = AskBrokers(() => _offsets.Begin(partitions, BrokerTimeout));
        var states = committed.ToDictionary(
            c => c.TopicPartition, c => new PartitionState(c.Offset == Offset.Unset ? null : c.Offset.Value, logStarts[c.TopicPartition]));
        CheckLosses(states);
        Dictionary<TopicPartition, long> starts = [];
        foreach (int lane in lanes)
        {
            TopicPartition[] inputs = [.. _intake.PartitionsOf([lane]).Select(ToKafka)];
            PartitionState[] reconciled = Reconciled(inputs, progress[lane], states);
            CommitMissing(inputs, reconciled, states);
            IReadOnlyList<long?> first = _intake.OpenLane(lane, progress[lane], reconciled);
            for (int i = 0; i < inputs.Length; i++) starts.Add(inputs[i], first[i] ?? Offset.Beginning.Value);
            Log.LaneOpened(_log, lane, progress[lane].EmittedThrough.Count);
        }

        return starts;
    }

    private void CheckLosses(IReadOnlyDictionary<TopicPartition, PartitionState> states)
    {
        RecordsLost[] losses =
        [
            .. from state in states
               let committed = state.Value.Committed ?? long.MaxValue
               where committed < state.Value.LogStart && !_intake.IsTable(state.Key.Topic)
               select new RecordsLost(state.Key.Partition.Value, state.Key.Topic, committed, state.Value.LogStart),
        ];
        if (losses.Length > 0 && !_options.ContinuesPastLostRecords)
            throw new StreamPerceiverException(
                $"{string.Join("; ", losses.AsEnumerable())}, were deleted before they were read and published. Give the topic a longer retention.ms than "
                + "this worker may be away or behind; start with Kafka:OnLostRecords=continue to go on behind them, with the loss counted and published");
        foreach (RecordsLost loss in losses) Log.RecordsLost(_log, loss);
    }

    // The lane then opens again, where the loss is told.
    private bool HasLost(TopicPartitionOffset at)
        => at.Offset.Value >= 0 && AskBrokers(() => _offsets.Begin([at.TopicPartition], BrokerTimeout))[at.TopicPartition] > at.Offset.Value;

    // Outside of the client's callback, in which it cannot seek. Records of such a partition that were read meanwhile are void.
    private void SeekCompletedLanes(ref ConsumeResult<byte[]?, byte[]?>? result)
    {
        if (_seeks.Count == 0) return;
        foreach (TopicPartitionOffset seek in _seeks)
        {
            _consumer.Seek(seek);
            if (result?.TopicPartition == seek.TopicPartition) result = null;
        }

        _seeks.Clear();
    }

    private T AskBrokers<T>(Func<T> question)
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
                TimeSpan patience = ProgressReader.Patience;
                if (_time.GetElapsedTime(since) >= patience)
                    throw new StartAfreshException($"the group {_options.GroupId}: {e.Error.Reason} ({e.Error.Code}) for {patience.TotalSeconds} s", e);
                _closing.Token.WaitHandle.WaitOne(RetryPause);
            }
        }
    }

    private static bool MayPass(Error error)
        => error.Code is not (ErrorCode.Local_Destroy or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed);

    // What the publisher has taken of the lanes is committed while they are still ours. Their records elsewhere in the graph are void from here on.
    private void OnRevoked(IEnumerable<TopicPartition> partitions)
    {
        IReadOnlyList<int> lanes = _assignment.Remove(partitions, Now);
        _intake.RevokeLanes(lanes);
        if (!_closing.IsCancellationRequested) CommitSettled(); // a clean end has done so already, and after a fault the graph's state is void
        Close(lanes);
    }

    // Too late to commit: others may have the lanes already.
    private void OnLost(IEnumerable<TopicPartition> partitions)
    {
        IReadOnlyList<int> lanes = _assignment.Remove(partitions, Now);
        _intake.RevokeLanes(lanes);
        Close(lanes); // first: the client may hand out the next lanes before it passes the exception on
        if (_transactions is null || _closing.IsCancellationRequested) return;
        string lost = string.Join(", ", lanes);
        throw new StartAfreshException($"the group {_options.GroupId} has given the lanes {lost} to others: this worker was silent for too long");
    }

    private void Close(IReadOnlyList<int> lanes)
    {
        _consumer.Resume(_intake.CloseLanes(lanes).Select(ToKafka)); // librdkafka keeps a pause beyond the assignment
        foreach (int lane in lanes) Log.LaneClosed(_log, lane);
    }

    // librdkafka 2.16 may lose its coordinator while it joins, and then look for no other.
    private void RequireMembership()
    {
        if (_options.UsesConsumerProtocol && !_assigned.Task.IsCompleted && _time.GetElapsedTime(_subscribed) > JoinPatience)
            throw new StartAfreshException($"the group {_options.GroupId} has not answered in {JoinPatience.TotalSeconds} s");
        _assignment.RequireWholeLanes(Now);
    }

    private static TopicPartition ToKafka(SourcePartition partition) => new(partition.Topic, partition.Number);
}
