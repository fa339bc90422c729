using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Kafka;

/// <summary>
/// Stage 8, exactly once: writes predictions, progress and dead letters into a transaction, which commits the offsets of the records behind them, too
/// (KIP-98, KIP-447). A reader of committed records sees all of it or nothing. The source, which knows the offsets, ends the transaction. Where its outcome is
/// in doubt the transaction is void, and the worker starts afresh from what is committed.
/// </summary>
public sealed partial class TransactionalPublisher : IPredictionSink
{
    private readonly Lock _gate = new();
    private readonly OutgoingRecords _records;
    private readonly RefusedOutputs _refused;
    private readonly ProducerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ClientCalls _calls;
    private readonly TransactionRetries _retries;
    private readonly WriteProbe _probe;
    private readonly CancellationTokenSource _disposed = new();
    private IProducer<byte[]?, byte[]?>? _producer;
    private IConsumerGroupMetadata? _groupAtStart;
    private bool _isOpen;
    private bool _isVoid;

    /// <summary>Makes the publisher; it connects when transactions are opened.</summary>
    /// <param name="options">How to write.</param>
    /// <param name="backoff">The pauses between tries.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Receives the client's own messages.</param>
    public TransactionalPublisher(ProducerOptions options, Backoff backoff, TimeProvider time, ILogger<TransactionalPublisher> log)
    {
        (_options, _time, _log) = (options, time, log);
        _records = new OutgoingRecords(options.Topics, options.GroupId, inTransactions: true, options.TopicIds);
        _refused = new RefusedOutputs(_records, options.Limits, log);
        _calls = new ClientCalls($"transaction {options.TransactionalId}", time);
        _retries = new TransactionRetries(options.TransactionalId, _calls, backoff, log);
        _probe = new WriteProbe(options, _retries, _calls, log);
    }

    // Made once the brokers have accepted the reader: else both would log the same errors.
    private IProducer<byte[]?, byte[]?> Producer => _producer ??= ProducerSettings.Build(ProducerSettings.Transactional(_options), _log);

    /// <summary>
    /// Opens the transactions. Checks the right to write all topics that may have to be written, and aborts what an earlier run of this worker left open.
    /// Returns false when told to stop meanwhile.
    /// </summary>
    /// <param name="group">The group's metadata, of a client that has not joined it.</param>
    /// <param name="stop">Ends the waiting for brokers that are away.</param>
    /// <exception cref="RefusedException">A right is missing.</exception>
    internal bool Open(IConsumerGroupMetadata group, CancellationToken stop)
    {
        _groupAtStart = group;
        return Attempt(() => _probe.CheckRights(group, stop) && _retries.Retry("InitTransactions", Producer.InitTransactions, stop));
    }

    /// <inheritdoc/>
    public Task PublishAsync(Envelope<Prediction> item)
    {
        lock (_gate)
        {
            if (item.Ack!.IsRevoked || _isVoid) return Task.CompletedTask; // the lane's next owner publishes it, or this worker once it starts afresh
            _entries.Add(new Entry(item));
            Attempt(SendEntries);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task FlushAsync() => Task.CompletedTask; // the commit that follows stores all there is

    /// <summary>Commits all that was published so far, with the offsets of all records that are then settled. Nothing is taken meanwhile.</summary>
    /// <param name="settled">Returns the offsets. Called once the acks of what was published are released.</param>
    /// <param name="group">The reader's group metadata, which fences a worker that has lost its membership.</param>
    /// <returns>The offsets that were committed.</returns>
    /// <exception cref="StartAfreshException">The transaction is void: nothing of it is visible or committed.</exception>
    internal IReadOnlyList<PartitionOffset> Commit(Func<IReadOnlyList<PartitionOffset>> settled, IConsumerGroupMetadata group)
    {
        lock (_gate)
        {
            if (_isVoid) return [];

            // What is refused for good goes to the dead letters, and its records count as rejected.
            Attempt(() => SendEntries() && AwaitReports());

            // Before it is certain that they are stored: if the transaction fails, all of this state is thrown away.
            foreach (Entry entry in _entries) entry.Release();
            IReadOnlyList<PartitionOffset> offsets = settled();
            if (!_isOpen && offsets.Count == 0) return offsets;
            bool ended = Attempt(() =>
            {
                Begin();
                return SendEntries() && (offsets.Count == 0 || SendOffsets(offsets, group))
                    && _retries.Retry("CommitTransaction", Producer.CommitTransaction, _disposed.Token);
            });
            _isVoid = !ended;
            if (_isVoid) throw new StartAfreshException($"transaction {_options.TransactionalId}: the worker ended before the brokers had decided it");
            _isOpen = false;
            _entries.Clear();
            _sent = 0;
            return offsets;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _disposed.Cancel();
        if (_producer is not null) _calls.Close(_producer.Dispose); // an open transaction is aborted by the next run of this name, or by its time-out
        _disposed.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Begin()
    {
        if (_isOpen) return;
        _calls.Run("BeginTransaction", TransactionRetries.Attempt, Producer.BeginTransaction);
        _isOpen = true;
    }

    private bool SendOffsets(IReadOnlyList<PartitionOffset> offsets, IConsumerGroupMetadata group)
    {
        foreach (PartitionOffset o in offsets) Produce(null, _records.CommittedOf(o.Topic, o.Partition, o.Offset));
        TopicPartitionOffset[] all = [.. offsets.Select(o => new TopicPartitionOffset(o.Topic, o.Partition, o.Offset))];
        return _retries.Retry("SendOffsetsToTransaction", wait => Producer.SendOffsetsToTransaction(all, group, wait), _disposed.Token);
    }

    private void Produce(Entry? entry, OutgoingRecord record)
    {
        Reports reports = _reports;
        reports.Expect();
        Message<byte[]?, byte[]?> message = record.ToMessage(_options.Limits.Of(record.Topic), _time.GetUtcNow());
        bool hasPresent = message.Timestamp.UnixTimestampMs != record.TimestampMs;
        while (true)
        {
            try
            {
                Producer.Produce(record.Destination(), message, report => reports.Note(new Report(entry, record, hasPresent, report.Error)));
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull && !_disposed.IsCancellationRequested)
            {
                // A broker is away: the graph waits behind this.
                _calls.Run("Flush", TransactionRetries.Attempt, () => Producer.Flush(TransactionRetries.Attempt));
            }
            catch (ProduceException<byte[]?, byte[]?> e)
            {
                reports.Note(new Report(entry, record, hasPresent, e.Error)); // no other report comes
                if (RefusedOutputs.IsPermanent(e.Error)) return;
                throw;
            }
        }
    }
}
