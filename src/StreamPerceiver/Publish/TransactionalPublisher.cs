using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;

namespace StreamPerceiver.Publish;

/// <summary>
/// Stage 8, exactly once: predictions, progress and dead letters go into a transaction, which ends together with the offsets of the records behind
/// them (KIP-98, KIP-447). A reader of committed records sees all of it or nothing. Any doubt about a transaction makes it void, and the worker
/// starts afresh from what is committed.
/// </summary>
public sealed class TransactionalPublisher : IPredictionSink, ITransactions
{
    private readonly Lock _gate = new();
    private readonly OutgoingRecords _records;
    private readonly PublishOptions _options;
    private readonly string _consumerGroup;
    private readonly ILogger _log;
    private readonly ClientCalls _calls;
    private readonly TransactionRetries _retries;
    private readonly WriteProbe _probe;
    private readonly Lazy<IProducer<byte[]?, byte[]?>> _producer; // made once the brokers have let the reader in: it would only say the same
    private readonly CancellationTokenSource _disposed = new();
    private readonly List<(Ack Ack, Outcome Outcome)> _taken = [];
    private IConsumerGroupMetadata? _bystander;
    private bool _isOpen;
    private bool _isVoid;

    /// <summary>Connects when transactions are opened.</summary>
    /// <param name="options">Where to write.</param>
    /// <param name="consumerGroup">The group that reads, as dead letters name it.</param>
    /// <param name="backoff">The pauses between tries.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where the client's own messages go.</param>
    public TransactionalPublisher(PublishOptions options, string consumerGroup, Backoff backoff, TimeProvider time, ILogger<TransactionalPublisher> log)
    {
        (_records, _options, _consumerGroup, _log) = (new OutgoingRecords(options, consumerGroup, atOnce: true), options, consumerGroup, log);
        _calls = new ClientCalls($"transaction {options.TransactionalId}", time);
        _retries = new TransactionRetries(options.TransactionalId, _calls, backoff, log);
        _probe = new WriteProbe(options, consumerGroup, _retries, _calls, log);
        _producer = new(() => ProducerSettings.Build(ProducerSettings.Transactional(options), log));
    }

    /// <inheritdoc/>
    public bool Open(object membership, CancellationToken stop)
    {
        _bystander = (IConsumerGroupMetadata)membership;
        return OrVoid(() => _probe.Run(_bystander, stop) && _retries.Insist("InitTransactions", _producer.Value.InitTransactions, stop));
    }

    /// <inheritdoc/>
    public Task PublishAsync(Envelope<Prediction> item)
    {
        lock (_gate)
        {
            if (item.Ack!.IsVoid || _isVoid) return Task.CompletedTask; // the lane's next owner makes it, or this worker once it starts afresh
            OrVoid(() =>
            {
                Begin();
                foreach ((TopicPartition to, Message<byte[]?, byte[]?> record) in _records.Of(item)) Produce(to, record);
                return true;
            });
            _taken.Add((item.Ack, OutgoingRecords.OutcomeOf(item)));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task FlushAsync() => Task.CompletedTask; // the commit that follows stores all there is

    /// <inheritdoc/>
    public IReadOnlyList<PartitionOffset> Commit(Func<IReadOnlyList<PartitionOffset>> settled, object membership)
    {
        lock (_gate)
        {
            if (_isVoid) return [];

            // Before it is certain that they are stored: if the transaction fails, all of this state is thrown away.
            foreach ((Ack ack, Outcome outcome) in _taken) ack.Release(outcome);
            _taken.Clear();
            IReadOnlyList<PartitionOffset> offsets = settled();
            if (!_isOpen && offsets.Count == 0) return offsets;
            bool ended = OrVoid(() =>
            {
                Begin();
                return (offsets.Count == 0 || SendOffsets(offsets, (IConsumerGroupMetadata)membership))
                    && _retries.Insist("CommitTransaction", _producer.Value.CommitTransaction, _disposed.Token);
            });
            _isVoid = !ended;
            if (_isVoid) throw new StartAfreshException($"transaction {_options.TransactionalId}: the worker ended before the brokers had decided it");
            _isOpen = false;
            return offsets;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _disposed.Cancel();
        if (_producer.IsValueCreated) _calls.Close(_producer.Value.Dispose); // an open transaction is aborted by the next run of this name, or by its time-out
        _disposed.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Begin()
    {
        if (_isOpen) return;
        _calls.Run("BeginTransaction", TransactionRetries.Attempt, _producer.Value.BeginTransaction);
        _isOpen = true;
    }

    private bool SendOffsets(IReadOnlyList<PartitionOffset> offsets, IConsumerGroupMetadata membership)
        => _retries.Insist("SendOffsetsToTransaction", wait => _producer.Value.SendOffsetsToTransaction(All(offsets), membership, wait), _disposed.Token);

    private static TopicPartitionOffset[] All(IReadOnlyList<PartitionOffset> offsets) => [.. offsets.Select(o => new TopicPartitionOffset(o.Topic, o.Partition, o.Offset))];

    // Whatever goes wrong within a transaction makes it void.
    private bool OrVoid(Func<bool> action)
    {
        try
        {
            return action();
        }
        catch (KafkaException e)
        {
            throw Void(e);
        }
        catch (StartAfreshException)
        {
            _isVoid = true;
            throw;
        }
    }

    private void Produce(TopicPartition to, Message<byte[]?, byte[]?> record)
    {
        while (true)
        {
            try
            {
                _producer.Value.Produce(to, record);
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull && !_disposed.IsCancellationRequested)
            {
                _calls.Run("Flush", TransactionRetries.Attempt, () => _producer.Value.Flush(TransactionRetries.Attempt)); // a broker is away: the graph waits behind this
            }
        }
    }

    // Rights do not come back by starting again; everything else may.
    private Exception Void(KafkaException e)
    {
        _isVoid = true;
        RefusedException? unwritable = e.Error.Code == ErrorCode.TopicAuthorizationFailed ? Unwritable() : null;
        if ((unwritable ?? e.Error.Missing(_options, _consumerGroup, topic: null)) is { } missing) return missing;
        if (e.Error.Code == ErrorCode.MsgSizeTooLarge)
        {
            IEnumerable<string> topics = new[] { _options.PredictionTopic, _options.DeadLetterTopic, _options.LateTopic }.OfType<string>();
            return new StreamPerceiverException($"transaction {_options.TransactionalId}: one of {string.Join(", ", topics)} takes no record of that size, expected max.message.bytes above that of the inputs", e);
        }

        try
        {
            if (!e.Error.IsFatal) _calls.Run("AbortTransaction", TransactionRetries.Attempt, () => _producer.Value.AbortTransaction(TransactionRetries.Attempt));
        }
        catch (KafkaException abort)
        {
            Log.ClientError(_log, abort.Error.Code, abort.Error.Reason); // the next producer of this id aborts it, or its time-out
        }
        catch (StartAfreshException stuck)
        {
            return stuck;
        }

        string hint = e.Error.Code is ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch ? "; has another worker the same instance id?" : "";
        return new StartAfreshException($"transaction {_options.TransactionalId}: {e.Error.Reason} ({e.Error.Code}){hint}", e);
    }

    // The client does not say which topic it was.
    private RefusedException? Unwritable()
    {
        try
        {
            _probe.Run(_bystander!, _disposed.Token);
        }
        catch (RefusedException refused)
        {
            return refused;
        }
        catch (KafkaException e)
        {
            Log.ClientError(_log, e.Error.Code, e.Error.Reason);
        }

        return null;
    }
}
