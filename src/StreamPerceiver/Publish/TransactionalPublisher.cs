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
    // The broker aborts a transaction that is open for longer, twice the longest commit interval; readers wait no longer for a worker that was killed.
    private const int TransactionTimeoutMs = 30_000;

    private readonly Lock _gate = new();
    private readonly OutgoingRecords _records;
    private readonly string _transactionalId;
    private readonly ILogger _log;
    private readonly TransactionRetries _retries;
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly CancellationTokenSource _disposed = new();
    private readonly List<(Ack Ack, Outcome Outcome)> _taken = [];
    private bool _isOpen;
    private bool _isVoid;

    /// <summary>Makes the producer.</summary>
    /// <param name="options">Where to write.</param>
    /// <param name="consumerGroup">The group that reads, as dead letters name it.</param>
    /// <param name="backoff">The pauses between tries.</param>
    /// <param name="log">Where the client's own messages go.</param>
    public TransactionalPublisher(PublishOptions options, string consumerGroup, Backoff backoff, ILogger<TransactionalPublisher> log)
    {
        (_records, _transactionalId, _log) = (new OutgoingRecords(options, consumerGroup), options.TransactionalId, log);
        _retries = new TransactionRetries(options.TransactionalId, backoff, log);
        ProducerConfig settings = ProducerSettings.For(options);
        settings.TransactionalId = options.TransactionalId;
        if (!options.Client.ContainsKey("transaction.timeout.ms")) settings.TransactionTimeoutMs = TransactionTimeoutMs;
        _producer = new ProducerBuilder<byte[]?, byte[]?>(settings)
            .SetErrorHandler((_, error) => Log.ClientError(_log, error.Code, error.Reason))
            .SetLogHandler((_, message) => Log.ClientMessage(_log, message.Facility, message.Message))
            .Build();
    }

    /// <inheritdoc/>
    public bool Open(CancellationToken stop)
    {
        try
        {
            return _retries.Insist(() => _producer.InitTransactions(TransactionRetries.Attempt), stop);
        }
        catch (KafkaException e)
        {
            throw Void(e);
        }
    }

    /// <inheritdoc/>
    public Task PublishAsync(Envelope<Prediction> item)
    {
        lock (_gate)
        {
            if (item.Ack!.IsVoid || _isVoid) return Task.CompletedTask; // the lane's next owner makes it, or this worker once it starts afresh
            try
            {
                Begin();
                foreach ((TopicPartition to, Message<byte[]?, byte[]?> record) in _records.Of(item)) Produce(to, record);
            }
            catch (KafkaException e)
            {
                throw Void(e);
            }

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
            try
            {
                Begin();
                TopicPartitionOffset[] toSend = [.. offsets.Select(o => new TopicPartitionOffset(o.Topic, o.Partition, o.Offset))];
                bool ended = (toSend.Length == 0 || _retries.Insist(() => _producer.SendOffsetsToTransaction(toSend, (IConsumerGroupMetadata)membership, TransactionRetries.Attempt), _disposed.Token))
                    && _retries.Insist(() => _producer.CommitTransaction(TransactionRetries.Attempt), _disposed.Token);
                _isVoid = !ended;
                if (_isVoid) throw new StartAfreshException($"transaction {_transactionalId}: the worker ended before the brokers had decided it");
            }
            catch (KafkaException e)
            {
                throw Void(e);
            }

            _isOpen = false;
            return offsets;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _disposed.Cancel();
        _producer.Dispose(); // an open transaction is aborted by the next run of this name, or by its time-out
        _disposed.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Begin()
    {
        if (_isOpen) return;
        _producer.BeginTransaction();
        _isOpen = true;
    }

    private void Produce(TopicPartition to, Message<byte[]?, byte[]?> record)
    {
        while (true)
        {
            try
            {
                _producer.Produce(to, record);
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull && !_disposed.IsCancellationRequested)
            {
                _producer.Flush(TransactionRetries.Attempt); // a broker is away: the graph waits behind this
            }
        }
    }

    // Rights do not come back by starting again; everything else may.
    private Exception Void(KafkaException e)
    {
        _isVoid = true;
        string what = $"transaction {_transactionalId}: {e.Error.Reason} ({e.Error.Code})";
        if (e.Error.Code is ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed
            or ErrorCode.ClusterAuthorizationFailed)
            return new StreamPerceiverException(what, e);
        try
        {
            if (!e.Error.IsFatal) _producer.AbortTransaction(TransactionRetries.Attempt);
        }
        catch (KafkaException abort)
        {
            Log.ClientError(_log, abort.Error.Code, abort.Error.Reason); // its time-out aborts it
        }

        return new StartAfreshException(what, e);
    }
}
