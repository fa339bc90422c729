using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Broker.Tests;

/// <summary>Publishes records by the million, which the independent client is too slow for.</summary>
internal sealed class Backlog : IDisposable
{
    private readonly IProducer<byte[], byte[]> _producer;
    private Error? _failure;

    public Backlog(string brokers) => _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
    {
        BootstrapServers = brokers,
        LingerMs = 20,
        QueueBufferingMaxKbytes = 64 << 10,
    }).Build();

    /// <summary>Midnight today: brokers delete what is older than their retention.</summary>
    public static EventTime Start => RealMedia.Start;

    /// <summary>Payload bytes published so far.</summary>
    public long Bytes { get; private set; }

    public void Add(string topic, int lane, string entity, long ms, string contentType, byte[] payload)
    {
        var record = new Message<byte[], byte[]>
        {
            Key = Encoding.UTF8.GetBytes(entity),
            Value = payload,
            Timestamp = new Timestamp(Start.Nanoseconds / EventTime.PerMillisecond + ms, TimestampType.CreateTime),
            Headers = [new Header("content-type", Encoding.UTF8.GetBytes(contentType))],
        };
        while (true)
        {
            try
            {
                _producer.Produce(new TopicPartition(topic, lane), record, report => _failure ??= report.Error.IsError ? report.Error : null);
                Bytes += payload.Length;
                return;
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Flush(TimeSpan.FromSeconds(10));
            }
        }
    }

    /// <summary>Sound at 8 kHz.</summary>
    public void AddSound(string topic, int lane, string entity, long ms, int samples)
        => Add(topic, lane, entity, ms, "audio/pcm;rate=8000;channels=1;format=f32le",
            MemoryMarshal.AsBytes<float>(Enumerable.Repeat(0.25f, samples).ToArray()).ToArray());

    /// <summary>A reading of one channel.</summary>
    public void AddReading(string topic, int lane, string entity, long ms)
        => Add(topic, lane, entity, ms, "application/json", Encoding.UTF8.GetBytes($"[{(ms % 1000 / 1000.0).ToString(CultureInfo.InvariantCulture)}]"));

    /// <summary>Waits until the broker has it all.</summary>
    public void Flush()
    {
        _producer.Flush(TimeSpan.FromMinutes(10));
        if (_failure is { } failure) throw new InvalidOperationException($"not published: {failure}");
    }

    public void Dispose() => _producer.Dispose();
}
