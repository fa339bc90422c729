using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Kafka;
using StreamPerceiver.Modalities;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Bench;

/// <summary>The topics of a measured pipeline at a broker, with one lane, and the worker's own source and sink. Disposal deletes the topics.</summary>
internal sealed class KafkaBench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly PipelineDefinition _definition;
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly IAdminClient _admin;
    private readonly bool _embedded;
    private readonly string _brokers;
    private readonly KafkaEnds _ends;

    public KafkaBench(PipelineDefinition definition, KafkaSettings kafka, EmbeddedBroker? embedded)
    {
        Librdkafka.Choose(); // before the clients below
        (_definition, _brokers, _embedded) = (definition, kafka.BootstrapServers!, embedded is not null);
        _ends = new KafkaEnds(kafka, definition, NullLoggerFactory.Instance, TimeProvider.System, new Random(1));
        _producer = new ProducerBuilder<byte[]?, byte[]?>(
            new ProducerConfig { BootstrapServers = kafka.BootstrapServers, LingerMs = 0, QueueBufferingMaxKbytes = 64 << 10 }).Build();
        _admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        if (embedded is not null)
            foreach (string topic in Topics) embedded.CreateTopic(topic, 1);
        else
            _admin.CreateTopicsAsync([new TopicSpecification { Name = _definition.Inputs[0].Topic, NumPartitions = 1 }]).GetAwaiter().GetResult();
    }

    private string[] Topics => [_definition.Inputs[0].Topic, .. _definition.WrittenTopics];

    public IPredictionSink Sink() => _ends.Sink();

    public IRecordSource Source(PerceptionPipeline pipeline, IPredictionSink sink) => _ends.Source(pipeline, sink);

    /// <summary>Sends records, and waits until the broker has them.</summary>
    public void Send(IEnumerable<SourceRecord> records)
    {
        foreach (SourceRecord record in records) Send(record);
        if (_producer.Flush(Patience) > 0) throw new StreamPerceiverException($"the broker took no more records for {Patience.TotalSeconds} s");
    }

    /// <summary>Sends a record without waiting.</summary>
    public void Send(SourceRecord record)
    {
        var message = new Message<byte[]?, byte[]?>
        {
            Key = record.Key,
            Value = record.Value,
            Timestamp = new Timestamp(record.TimestampMs, TimestampType.CreateTime),
            Headers = [],
        };
        foreach ((string name, byte[]? value) in record.Headers) message.Headers.Add(name, value);
        while (true)
        {
            try
            {
                _producer.Produce(new TopicPartition(record.Topic, 0), message);
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Flush(TimeSpan.FromSeconds(1));
            }
        }
    }

    /// <summary>Reads committed predictions, and passes on the ends of their windows.</summary>
    public void ReadPredictions(Action<EventTime> seen, CancellationToken stop)
    {
        using IConsumer<byte[]?, byte[]?> consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = _brokers,
            GroupId = $"{_definition.Name}-reader",
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
            FetchWaitMaxMs = 20,
        }).Build();
        consumer.Assign(new TopicPartitionOffset(_definition.PredictionTopic, 0, Offset.Beginning));
        while (!stop.IsCancellationRequested)
            if (consumer.Consume(TimeSpan.FromMilliseconds(50)) is { } result
                && EventTime.TryParse(result.Message.Headers.GetLastBytes(EventTimeSource.CloudEventsHeader), out EventTime end))
                seen(end);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_embedded) await _admin.DeleteTopicsAsync(Topics).ConfigureAwait(false);
        _admin.Dispose();
        _producer.Dispose();
    }
}
