using System.Threading.Tasks.Dataflow;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Kafka;

/// <summary>
/// Reads the inputs of a pipeline from Kafka. One thread polls, sends, pauses and commits; it owns everything here but the acks. An offset is committed only
/// once all records before it, and all that came of them, have settled.
/// </summary>
public sealed partial class KafkaSource : IRecordSource
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan SilenceCheckInterval = TimeSpan.FromMilliseconds(500);

    private readonly ConsumerOptions _options;
    private readonly Intake _intake;
    private readonly MemoryBudget _budget;
    private readonly TimeProvider _time;
    private readonly TransactionalPublisher? _transactions;
    private readonly Backoff _backoff;
    private readonly ILogger _log;
    private readonly string _return;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly ClientCalls _calls;
    private readonly LogOffsets _offsets;
    private readonly LaneAssignment _assignment;
    private readonly TaskCompletionSource _assigned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private long _lastCommit;
    private long _subscribed;
    private TimeSpan _lastSilenceCheck;

    /// <summary>Makes the consumer; it connects when reading starts.</summary>
    /// <param name="options">Where and how to read.</param>
    /// <param name="intake">The books of the pipeline's records.</param>
    /// <param name="budget">The memory that there is.</param>
    /// <param name="transactions">The publisher whose transactions commit the offsets, too; null: offsets are committed after the results.</param>
    /// <param name="backoff">The pauses between tries to reach the brokers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Receives the client's messages, and what happens to lanes.</param>
    public KafkaSource(
        ConsumerOptions options, Intake intake, MemoryBudget budget, TransactionalPublisher? transactions, Backoff backoff, TimeProvider time,
        ILogger<KafkaSource> log)
    {
        (_options, _intake, _budget, _transactions, _backoff, _time, _log) = (options, intake, budget, transactions, backoff, time, log);
        ConsumerConfig settings = ConsumerSettings.Member(options, budget, inBackground: transactions is null);
        _return = ConsumerSettings.DescribeReturn(options, settings);
        _consumer = ConsumerSettings.Builder(settings, log)
            .SetErrorHandler((_, error) => LogError(error))
            .SetOffsetsCommittedHandler((_, committed) => LogCommit(committed))
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => OnRevoked(partitions.Select(p => p.TopicPartition)))
            .SetPartitionsLostHandler((_, partitions) => OnLost(partitions.Select(p => p.TopicPartition)))
            .BuildOrRefuse();
        _calls = new ClientCalls($"the group {options.GroupId}", time);
        _offsets = new LogOffsets(_consumer.Handle, _calls);
        _assignment = new LaneAssignment(intake.Topics, options.UsesConsumerProtocol);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecordAccount> Accounts => _intake.Accounts;

    /// <inheritdoc/>
    public bool HasCommitted { get; private set; }

    /// <inheritdoc/>
    public Task Assignment => _assigned.Task;

    /// <inheritdoc/>
    public Task ReadAsync(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop)
        => Task.Factory.StartNew(() => Read(target, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Read(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop)
    {
        try
        {
            var check = new StartCheck(_options, _intake.Topics, _backoff, _time, _log);
            if (check.AwaitBrokersAndCheck(stop) is not { } group || _transactions?.Open(group, stop) == false) return;
            _intake.Clock = TimeOfDay;
            NoteLayout(check);
            Log.JoinsGroup(_log, _options.GroupId, _return);
            _consumer.Subscribe(_intake.Topics);
            _lastCommit = _subscribed = _time.GetTimestamp();
            while (!stop.IsCancellationRequested && Flush(target, stop) && Await(_budget.AwaitRoom, stop))
            {
                _intake.Clock = TimeOfDay;
                Poll(PollWait);
                while (!_intake.HasFullRun && Poll(TimeSpan.Zero)) { } // records that are ready as well go along
                if (_intake.NoteMemory() | _intake.NoteSlowLanes()) ApplyPauses();
                if (Now - _lastSilenceCheck >= SilenceCheckInterval)
                {
                    RequireMembership();
                    _watch?.Check(Now);
                    ConfirmSilence();
                }

                CommitIfDue();
            }
        }
        finally
        {
            target.Complete();
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(0);

    private EventTime TimeOfDay => EventTime.FromUnixMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Takes the next record or end of a partition that the client has. Returns false when it has none.</summary>
    private bool Poll(TimeSpan wait)
    {
        ConsumeResult<byte[]?, byte[]?>? result;
        try
        {
            result = _consumer.Consume(wait);
        }
        catch (KafkaException e) when (e.Error.IsFatal)
        {
            // This client is of no more use; a new one is. Seen when the answer to a join is lost: the group then takes the member for its own double.
            bool isDouble = e.Error.Code is ErrorCode.FencedInstanceId or ErrorCode.UnreleasedInstanceId;
            string hint = isDouble ? $"; has another worker the instance id {_options.InstanceId}?" : "";
            throw new StartAfreshException($"the group {_options.GroupId}: {e.Error.Reason} ({e.Error.Code}){hint}", e);
        }
        catch (KafkaException e) when (e.Error.Missing(_options, TopicOf(e)) is { } missing)
        {
            throw missing;
        }
        catch (KafkaException e) when (e.Error.Code == ErrorCode.InvalidSessionTimeout)
        {
            throw new StreamPerceiverException(
                $"the group {_options.GroupId}: {e.Error.Reason}. Set Kafka:Client:session.timeout.ms to a time that the brokers take: "
                + "group.min.session.timeout.ms to group.max.session.timeout.ms", e);
        }
        catch (ConsumeException e) when (Recovers(e.Error) || (_watch is not null && IsMissingTopic(e.Error)))
        {
            Log.ClientError(_log, e.Error.Code, e.Error.Reason);
            return true;
        }
        catch (ConsumeException e)
        {
            _watch?.CheckAndWait(Now);
            TopicPartitionOffset at = e.ConsumerRecord.TopicPartitionOffset;
            if (e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange && HasLost(at))
                throw new StartAfreshException($"{at.Topic}/{at.Partition.Value}/{at.Offset.Value}: deleted before it was read", e);
            throw new StreamPerceiverException($"{at.Topic}/{at.Partition.Value}/{at.Offset}: {e.Error.Reason} ({e.Error.Code})", e);
        }

        SeekCompletedLanes(ref result);
        if (result is null) return false;
        int lane = result.Partition.Value;
        if (!_intake.HasLane(lane)) return true; // the lane waits for its other partitions; once it has them, this one is sought to its start
        if (result.IsPartitionEOF) _intake.NoteEnd(new SourcePartition(result.Topic, lane), result.Offset.Value);
        else _intake.TakeRecord(_intake.Log is null ? result.ToSourceRecord() : result.ToSourceRecord(_consumer));
        ApplyPauses(lane);
        return true;
    }

    private string TopicOf(KafkaException e) => (e as ConsumeException)?.ConsumerRecord.Topic ?? string.Join(", ", _intake.Topics);

    // Errors that another try may not meet. With any other the process ends with its reason, since it would stay.
    private static bool Recovers(Error error) => error.Code
        is not (ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange
            or ErrorCode.ClusterAuthorizationFailed) && !IsMissingTopic(error);

    private void LogError(Error error)
    {
        if (!_closing.IsCancellationRequested) Log.ClientError(_log, error.Code, error.Reason); // errors of a close follow from those before it
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _closing.Cancel();
        _calls.Close(() =>
        {
            _offsets.Dispose();
            _watch?.Dispose();
            try
            {
                _consumer.Close();
            }
            catch (KafkaException e)
            {
                Log.ClientError(_log, e.Error.Code, e.Error.Reason); // a fenced member cannot leave its group; the log has what ended the reading
            }

            _consumer.Dispose();
        });
        return ValueTask.CompletedTask;
    }
}
