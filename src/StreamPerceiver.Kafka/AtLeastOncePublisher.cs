using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Kafka;

/// <summary>
/// Stage 8, at least once: writes predictions and dead letters, idempotent, and waits for all in-sync replicas. A window's prediction is stored first, then its
/// entity's progress, then its records are acked. After a crash between two of these steps the window is published again; it is never lost.
/// </summary>
public sealed class AtLeastOncePublisher : IPredictionSink
{
    private const int MostInFlight = 256;

    private readonly RefusedOutputs _refused;
    private readonly ProducerOptions _options;
    private readonly TimeProvider _time;
    private readonly Lazy<IProducer<byte[]?, byte[]?>> _producer; // made once the start has told the limits of the topics
    private readonly ClientCalls _calls;
    private readonly SemaphoreSlim _slots = new(MostInFlight, MostInFlight);
    private readonly Queue<Action> _alone = []; // records of refused batches; the first of them is with the client
    private volatile StreamPerceiverException? _failure;

    /// <summary>Makes the publisher; it connects with the first record.</summary>
    /// <param name="options">How to write.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Receives the client's own messages.</param>
    public AtLeastOncePublisher(ProducerOptions options, TimeProvider time, ILogger<AtLeastOncePublisher> log)
    {
        _calls = new ClientCalls($"the producer of {options.Topics.Predictions}", time);
        (_options, _time) = (options, time);
        _refused = new RefusedOutputs(new OutgoingRecords(options.Topics, options.GroupId, inTransactions: false, options.TopicIds), options.Limits, log);
        _producer = new(() => ProducerSettings.Build(ProducerSettings.Idempotent(options), log));
    }

    /// <inheritdoc/>
    public async Task PublishAsync(Envelope<Prediction> item)
    {
        // Flush before and after a poison window. Otherwise its progress could be stored before an earlier prediction, or after a later one.
        bool alone = item.Notice is PoisonWindow;
        if (alone) await FlushAsync().ConfigureAwait(false);
        await _slots.WaitAsync().ConfigureAwait(false);
        if (_failure is { } failure)
        {
            _slots.Release();
            throw failure;
        }

        if (item.Ack!.IsRevoked) _slots.Release(); // its lane has gone: the next owner publishes it
        else Store(item);
        if (alone) await FlushAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task FlushAsync()
    {
        for (int i = 0; i < MostInFlight; i++) await _slots.WaitAsync().ConfigureAwait(false);
        _slots.Release(MostInFlight);
        if (_failure is { } failure) throw failure;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (_producer.IsValueCreated) _calls.Close(_producer.Value.Dispose);
        _slots.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Store(Envelope<Prediction> item)
    {
        try
        {
            Store(_refused.Fit(item), 0);
        }
        catch (StreamPerceiverException e)
        {
            Fail(e);
        }
    }

    // Each record is sent once the one before it is stored.
    private void Store(OutgoingItem item, int next, bool isAlone = false)
    {
        if (next == item.Records.Count)
        {
            item.Item.Ack!.Release(item.Outcome);
            _slots.Release();
            return;
        }

        OutgoingRecord record = item.Records[next];
        Message<byte[]?, byte[]?> message = record.ToMessage(_options.Limits.Of(record.Topic), _time.GetUtcNow());
        bool hasPresent = message.Timestamp.UnixTimestampMs != record.TimestampMs;
        try
        {
            _producer.Value.Produce(record.Destination(), message, report =>
            {
                if (isAlone) SendNextAlone();
                if (!report.Error.IsError) Store(item, next + 1);
                else OnRefused(report.Error);
            });
        }
        catch (ProduceException<byte[]?, byte[]?> e)
        {
            if (isAlone) SendNextAlone();
            OnRefused(e.Error);
        }

        // A broker that refuses a batch may not tell for which of its records, so they are sent again, one after the other.
        void OnRefused(Error error)
        {
            bool isPermanent = RefusedOutputs.IsPermanent(error);
            if (isPermanent && (isAlone || RefusedOutputs.MayBeOfTime(error, hasPresent))) Replace(item.Item, record, hasPresent, error);
            else if (isPermanent || RefusedOutputs.IsOfCompany(error)) SendAlone(() => Store(item, next, isAlone: true));
            else Fail(error.Missing(_options, record.Topic) as StreamPerceiverException
                ?? new StreamPerceiverException($"{record.Topic}: could not publish, {error.Reason} ({error.Code})"));
        }
    }

    private void SendAlone(Action send)
    {
        lock (_alone)
        {
            _alone.Enqueue(send);
            if (_alone.Count > 1) return;
        }

        send();
    }

    private void SendNextAlone()
    {
        Action? next;
        lock (_alone)
        {
            _alone.Dequeue();
            _alone.TryPeek(out next);
        }

        next?.Invoke();
    }

    private void Replace(Envelope<Prediction> item, OutgoingRecord record, bool hasPresent, Error error)
    {
        try
        {
            Store(_refused.Replace(item, record, hasPresent, error));
        }
        catch (StreamPerceiverException e)
        {
            Fail(e);
        }
    }

    // No record of this item is acked, so all are read again at the next start.
    private void Fail(StreamPerceiverException failure)
    {
        _failure ??= failure;
        _slots.Release();
    }
}
