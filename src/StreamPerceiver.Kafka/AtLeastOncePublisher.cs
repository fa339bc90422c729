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

    private readonly OutgoingRecords _records;
    private readonly ProducerOptions _options;
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly ClientCalls _calls;
    private readonly SemaphoreSlim _slots = new(MostInFlight, MostInFlight);
    private volatile StreamPerceiverException? _failure;

    /// <summary>Makes the producer; it connects in the background.</summary>
    /// <param name="options">How to write.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Receives the client's own messages.</param>
    public AtLeastOncePublisher(ProducerOptions options, TimeProvider time, ILogger<AtLeastOncePublisher> log)
    {
        _calls = new ClientCalls($"the producer of {options.Topics.Predictions}", time);
        (_records, _options) = (new OutgoingRecords(options.Topics, options.GroupId, inTransactions: false, options.TopicIds), options);
        _producer = ProducerSettings.Build(ProducerSettings.Idempotent(options), log);
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
        else Store(item, _records.RecordsOf(item), 0);
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
        _calls.Close(_producer.Dispose);
        _slots.Dispose();
        return ValueTask.CompletedTask;
    }

    // Each record is sent once the one before it is stored.
    private void Store(Envelope<Prediction> item, IReadOnlyList<OutgoingRecord> records, int next)
    {
        if (next == records.Count)
        {
            item.Ack!.Release(OutgoingRecords.OutcomeOf(item));
            _slots.Release();
            return;
        }

        Produce(records[next], () => Store(item, records, next + 1));
    }

    private void Produce(OutgoingRecord record, Action delivered)
    {
        try
        {
            _producer.Produce(record.Destination(), record.ToMessage(), report =>
            {
                if (report.Error.IsError) Fail(report.Topic, report.Error);
                else delivered();
            });
        }
        catch (ProduceException<byte[]?, byte[]?> e)
        {
            Fail(record.Topic, e.Error);
        }
    }

    // No record of this window is acked, so all are read again at the next start.
    private void Fail(string topic, Error error)
    {
        _failure ??= error.Missing(_options, topic) as StreamPerceiverException
            ?? new StreamPerceiverException($"{topic}: could not publish, {error.Reason} ({error.Code})");
        _slots.Release();
    }
}
