using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;

namespace StreamPerceiver.Publish;

/// <summary>
/// Stage 8: predictions and dead letters to Kafka, idempotent, waiting for all in-sync replicas. A window's prediction is stored first, then its
/// entity's progress, then its records are acked: after a crash between any two of them the window is at worst published again, never lost.
/// </summary>
public sealed class KafkaPublisher : IPredictionSink
{
    private const int MostInFlight = 256;

    private readonly PublishOptions _options;
    private readonly string _group;
    private readonly ILogger _log;
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly SemaphoreSlim _slots = new(MostInFlight, MostInFlight);
    private volatile StreamPerceiverException? _failure;

    /// <summary>Makes the producer.</summary>
    /// <param name="options">Where to write.</param>
    /// <param name="consumerGroup">The group that reads, as dead letters name it.</param>
    /// <param name="log">Where the client's own messages go.</param>
    public KafkaPublisher(PublishOptions options, string consumerGroup, ILogger<KafkaPublisher> log)
    {
        (_options, _group, _log) = (options, consumerGroup, log);
        var settings = new ProducerConfig
        {
            BootstrapServers = options.BootstrapServers,
            EnableIdempotence = true,
            Acks = Acks.All,
            MessageTimeoutMs = 0, // a broker that is away is waited for; backpressure holds the rest
            LingerMs = 5,
        };
        foreach ((string key, string value) in options.Client) settings.Set(key, value);
        _producer = new ProducerBuilder<byte[]?, byte[]?>(settings)
            .SetErrorHandler((_, error) => Log.ClientError(_log, error.Code, error.Reason))
            .SetLogHandler((_, message) => Log.ClientMessage(_log, message.Facility, message.Message))
            .Build();
    }

    /// <inheritdoc/>
    public async Task PublishAsync(Envelope<Prediction> item)
    {
        await _slots.WaitAsync().ConfigureAwait(false);
        if (_failure is { } failure)
        {
            _slots.Release();
            throw failure;
        }

        if (item.Value is { } prediction)
        {
            Message<byte[], byte[]> record = PredictionRecord.Of(prediction);
            Produce(new TopicPartition(_options.PredictionTopic, Partition.Any), record!, () =>
                Produce(new TopicPartition(_options.ProgressTopic, prediction.Header.Lane), Progress(record.Key, prediction.Header.End), () =>
                    Done(item.Ack!, Outcome.Used)));
        }
        else
        {
            var rejection = (Rejection)item.Notice!;
            Produce(new TopicPartition(_options.DeadLetterTopic, Partition.Any), DeadLetterRecord.Of(rejection, _group), () =>
                Done(item.Ack!, Outcome.Rejected));
        }
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
        _producer.Dispose();
        _slots.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Message<byte[]?, byte[]?> Progress(byte[] entity, EventTime end)
        => new() { Key = entity, Value = Encoding.UTF8.GetBytes(end.Nanoseconds.ToString(CultureInfo.InvariantCulture)) };

    private void Done(Ack ack, Outcome outcome)
    {
        ack.Release(outcome);
        _slots.Release();
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
        _failure ??= new StreamPerceiverException($"{to.Topic}: could not publish, {error.Reason} ({error.Code})");
        _slots.Release();
    }
}
