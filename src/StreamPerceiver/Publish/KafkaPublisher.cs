using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;

namespace StreamPerceiver.Publish;

/// <summary>
/// Stage 8, at least once: predictions and dead letters to Kafka, idempotent, waiting for all in-sync replicas. A window's prediction is stored first, then its
/// entity's progress, then its records are acked: after a crash between any two of them the window is at worst published again, never lost.
/// </summary>
public sealed class KafkaPublisher : IPredictionSink
{
    private const int MostInFlight = 256;

    private readonly OutgoingRecords _records;
    private readonly PublishOptions _options;
    private readonly string _consumerGroup;
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly ClientCalls _calls;
    private readonly SemaphoreSlim _slots = new(MostInFlight, MostInFlight);
    private volatile StreamPerceiverException? _failure;

    /// <summary>Makes the producer.</summary>
    /// <param name="options">Where to write.</param>
    /// <param name="consumerGroup">The group that reads, as dead letters name it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where the client's own messages go.</param>
    public KafkaPublisher(PublishOptions options, string consumerGroup, TimeProvider time, ILogger<KafkaPublisher> log)
    {
        _calls = new ClientCalls($"the producer of {options.PredictionTopic}", time);
        (_records, _options, _consumerGroup) = (new OutgoingRecords(options, consumerGroup, atOnce: false), options, consumerGroup);
        _producer = ProducerSettings.Build(ProducerSettings.For(options), log);
    }

    /// <inheritdoc/>
    public async Task PublishAsync(Envelope<Prediction> item)
    {
        // A poison window's dead letter goes to another topic than the predictions around it: alone, its progress passes none of them, nor is passed.
        bool alone = item.Notice is PoisonWindow;
        if (alone) await FlushAsync().ConfigureAwait(false);
        await _slots.WaitAsync().ConfigureAwait(false);
        if (_failure is { } failure)
        {
            _slots.Release();
            throw failure;
        }

        if (item.Ack!.IsVoid) _slots.Release(); // its lane has gone, and the next owner makes it
        else Store(item, _records.Of(item), 0);
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

    private void Store(Envelope<Prediction> item, IReadOnlyList<(TopicPartition To, Message<byte[]?, byte[]?> Record)> records, int next)
    {
        if (next == records.Count)
        {
            item.Ack!.Release(OutgoingRecords.OutcomeOf(item));
            _slots.Release();
            return;
        }

        Produce(records[next].To, records[next].Record, () => Store(item, records, next + 1));
    }

    private void Produce(TopicPartition to, Message<byte[]?, byte[]?> record, Action delivered)
    {
        try
        {
            _producer.Produce(to, record, report =>
            {
                if (report.Error.IsError) Fail(report.TopicPartition, report.Error);
                else delivered();
            });
        }
        catch (ProduceException<byte[]?, byte[]?> e)
        {
            Fail(to, e.Error);
        }
    }

    // Nothing of this window is acked, so it is read again at the next start.
    private void Fail(TopicPartition to, Error error)
    {
        _failure ??= error.Missing(_options, _consumerGroup, to.Topic) as StreamPerceiverException ?? new StreamPerceiverException($"{to.Topic}: could not publish, {error.Reason} ({error.Code})");
        _slots.Release();
    }
}
