using System.Threading.Tasks.Dataflow;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Reads the inputs of a pipeline from Kafka. One thread polls, sends, pauses and commits; it owns everything here but the acks. An offset is
/// committed only once all that came of the records before it has settled.
/// </summary>
public sealed partial class KafkaIngest : IRecordSource
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SilenceCheckInterval = TimeSpan.FromMilliseconds(500);

    private readonly IngestOptions _options;
    private readonly IReadOnlyList<InputSpec> _inputs;
    private readonly StageCounts _counts;
    private readonly Admission _admission;
    private readonly MemoryBudget _budget;
    private readonly TimeProvider _time;
    private readonly ITransactions? _transactions;
    private readonly ILogger _log;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly PartitionBook _book;
    private readonly Queue<Envelope<RawRecord>> _pending = new();
    private readonly TaskCompletionSource _assigned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private long _lastCommit;
    private TimeSpan _lastSilenceCheck;

    /// <summary>Makes the consumer; connects when reading starts.</summary>
    /// <param name="options">Where and how to read.</param>
    /// <param name="inputs">The pipeline's inputs.</param>
    /// <param name="counts">In and out: records.</param>
    /// <param name="budget">The memory that there is.</param>
    /// <param name="transactions">What commits offsets together with what came of the records; null: they are committed after it, at least once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where news goes.</param>
    public KafkaIngest(
        IngestOptions options, IReadOnlyList<InputSpec> inputs, StageCounts counts, MemoryBudget budget, ITransactions? transactions, TimeProvider time,
        ILogger<KafkaIngest> log)
    {
        (_options, _inputs, _counts, _budget, _transactions, _time, _log) = (options, inputs, counts, budget, transactions, time, log);
        _admission = new Admission(counts);
        _book = new PartitionBook(inputs, options, budget);
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(ConsumerSettings.For(options, budget, inBackground: transactions is null))
            .SetErrorHandler((_, error) => Log.ClientError(_log, error.Code, error.Reason))
            .SetLogHandler((_, message) => Log.ClientMessage(_log, message.Facility, message.Message))
            .SetOffsetsCommittedHandler((_, committed) => Committed(committed))
            .SetPartitionsAssignedHandler((_, partitions) => Assigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => Revoked(partitions.Select(p => p.TopicPartition)))
            .SetPartitionsLostHandler((_, partitions) => Lost(partitions))
            .Build();
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecordAccount> Accounts => _book.Accounts();

    /// <summary>Completes when the group has given this worker its lanes for the first time.</summary>
    public Task Assignment => _assigned.Task;

    /// <inheritdoc/>
    public Task ReadAsync(ITargetBlock<Envelope<RawRecord>> target, CancellationToken stop)
        => Task.Factory.StartNew(() => Read(target, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Read(ITargetBlock<Envelope<RawRecord>> target, CancellationToken stop)
    {
        try
        {
            if (!Prepare(stop) || _transactions?.Open(stop) == false) return;
            _consumer.Subscribe(_inputs.Select(i => i.Topic));
            _lastCommit = _time.GetTimestamp();
            while (!stop.IsCancellationRequested && Flush(target, stop) && Await(_budget.AwaitRoom, stop))
            {
                if (!Poll(PollWait)) WakeClient();
                if (_book.MemoryHasChanged()) ApplyPauses();
                if (Now - _lastSilenceCheck >= SilenceCheckInterval) ConfirmSilence();
                CommitIfDue();
            }
        }
        finally
        {
            target.Complete();
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>Waits until the brokers answer, then checks the topics. False when told to stop meanwhile.</summary>
    private bool Prepare(CancellationToken stop)
    {
        using IAdminClient admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        for (int attempt = 0; !stop.IsCancellationRequested; attempt++)
        {
            try
            {
                int lanes = Lanes.Count(admin, _inputs);
                Lanes.EnsureProgressTopic(admin, _options.ProgressTopic, lanes);
                foreach (string topic in _options.WrittenTopics) Lanes.Ensure(admin, topic, lanes);
                return true;
            }
            catch (KafkaException e) when (!e.Error.IsFatal && e.Error.IsLocalError)
            {
                TimeSpan backoff = TimeSpan.FromSeconds(Math.Min(30, 1 << Math.Min(attempt, 5)));
                Log.BrokersUnreachable(_log, _options.BootstrapServers, e.Error.Reason, backoff.TotalSeconds);
                stop.WaitHandle.WaitOne(backoff);
            }
        }

        return false;
    }

    /// <summary>Takes what the client has next; false when it has nothing.</summary>
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
            string hint = e.Error.Code == ErrorCode.FencedInstanceId ? $"; has another worker the instance id {_options.InstanceId}?" : "";
            throw new StartAfreshException($"the group {_options.GroupId}: {e.Error.Reason} ({e.Error.Code}){hint}", e);
        }
        catch (ConsumeException e) when (Recovers(e.Error))
        {
            Log.ClientError(_log, e.Error.Code, e.Error.Reason);
            return true;
        }
        catch (ConsumeException e)
        {
            TopicPartitionOffset at = e.ConsumerRecord.TopicPartitionOffset;
            throw new StreamPerceiverException($"{at.Topic}/{at.Partition.Value}/{at.Offset}: {e.Error.Reason} ({e.Error.Code})", e);
        }

        if (result is null) return false;
        if (result.IsPartitionEOF) _book.AtEnd(result.TopicPartition, result.Offset.Value);
        else _pending.Enqueue(Admit(result));
        ApplyPauses(_book.LaneOf(result.Partition.Value));
        return true;
    }

    private Envelope<RawRecord> Admit(ConsumeResult<byte[]?, byte[]?> result)
    {
        Message<byte[]?, byte[]?> message = result.Message;
        var headers = message.Headers?.Select(h => KeyValuePair.Create(h.Key, (byte[]?)h.GetValueBytes())).ToArray() ?? [];
        var record = new SourceRecord(
            result.Topic, result.Partition.Value, result.Offset.Value, message.Timestamp.UnixTimestampMs, message.Key, message.Value, headers);
        (RecordAck ack, int input) = _book.Track(result.TopicPartition, result.Offset.Value);
        Envelope<RawRecord> admitted = _admission.Admit(record, input, ack);
        if (admitted.Value is { } raw) _book.Saw(result.TopicPartition, raw.Time, Now);
        return admitted;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _closing.Cancel();
        _consumer.Close();
        _consumer.Dispose();
        _closing.Dispose();
        return ValueTask.CompletedTask;
    }

    // What another try can mend. Anything else would be wrong for ever, so it ends the process with its reason.
    private static bool Recovers(Error error) => error.Code
        is not (ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange
            or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
            or ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed
            or ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition);
}
