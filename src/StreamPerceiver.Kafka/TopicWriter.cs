using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <summary>
/// Writes records to the partitions that they name, or by their keys, with their headers and timestamps, each once and in order. A topic with the broker's
/// timestamps gives its own. Not safe for several threads.
/// </summary>
public sealed class TopicWriter : IDisposable
{
    /// <summary>The partition of a record that goes to the one of its key.</summary>
    public const int ByKey = -1;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan QueueWait = TimeSpan.FromMilliseconds(100);

    private readonly string _brokers;
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private volatile StreamPerceiverException? _failure;

    /// <summary>Makes the writer; it connects with the first record.</summary>
    /// <param name="brokers">Brokers, as <c>host:port</c> with commas between.</param>
    /// <param name="client">Further settings of librdkafka, such as those for security.</param>
    /// <param name="log">Receives the client's messages.</param>
    /// <exception cref="RefusedException">The settings of the client do not go together.</exception>
    public TopicWriter(string brokers, IReadOnlyDictionary<string, string> client, ILogger log)
        => (_brokers, _producer) = (brokers, ProducerSettings.Build(ProducerSettings.Idempotent(brokers, client), log));

    /// <summary>Requires that a topic is there, with enough partitions.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partitions">The least count of partitions.</param>
    /// <exception cref="StreamPerceiverException">It is not there, has fewer, or the brokers do not answer.</exception>
    public void RequirePartitions(string topic, int partitions)
    {
        try
        {
            using IAdminClient admin = new DependentAdminClientBuilder(_producer.Handle).Build();
            TopicMetadata found = admin.GetMetadata(topic, Timeout).Topics.Single();
            if (found.Error.IsError || found.Partitions.Count < partitions)
            {
                string state = found.Error.IsError ? found.Error.Reason : $"has {found.Partitions.Count} partitions";
                throw new StreamPerceiverException($"topic {topic} at {_brokers}: {state}, expected {partitions} partitions or more");
            }
        }
        catch (KafkaException e)
        {
            throw Refusal.OfSilence(_brokers, e);
        }
    }

    /// <summary>Sends a record. Waits while the client's memory is full.</summary>
    /// <exception cref="StreamPerceiverException">This record, or one before it, was refused.</exception>
    public void Send(SourceRecord record)
    {
        Message<byte[]?, byte[]?> message = new()
        {
            Key = record.Key,
            Value = record.Value,
            Timestamp = new Timestamp(record.TimestampMs, TimestampType.CreateTime),
            Headers = [],
        };
        foreach ((string name, byte[]? value) in record.Headers) message.Headers.Add(name, value);
        while (true)
        {
            if (_failure is { } failure) throw failure;
            try
            {
                _producer.Produce(new TopicPartition(record.Topic, record.Partition), message, report =>
                {
                    if (report.Error.IsError) _failure ??= Refused(record, report.Error);
                });
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Poll(QueueWait);
            }
            catch (ProduceException<byte[]?, byte[]?> e)
            {
                throw Refused(record, e.Error);
            }
        }
    }

    /// <summary>Waits until all records so far are stored, however long brokers are away.</summary>
    /// <exception cref="StreamPerceiverException">One was refused.</exception>
    public void Flush()
    {
        while (_producer.Flush(QueueWait) > 0 && _failure is null) { }
        if (_failure is { } failure) throw failure;
    }

    /// <inheritdoc/>
    public void Dispose() => _producer.Dispose();

    private static StreamPerceiverException Refused(SourceRecord record, Error error)
        => new($"{record.Topic}/{record.Partition}: the record that was {record} is refused: {error.Reason} ({error.Code})");
}
