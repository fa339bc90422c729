using System.Globalization;
using System.Text;
using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Reads a lane's progress: which windows are already out. The topic has as many partitions as the inputs and is compacted: key = entity,
/// value = end of its last window in nanoseconds, as decimal text.
/// </summary>
internal sealed class ProgressReader(ClientConfig client, string topic)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public IReadOnlyDictionary<string, EventTime> Read(int lane)
    {
        var partition = new TopicPartition(topic, lane);
        var emitted = new Dictionary<string, EventTime>(StringComparer.Ordinal);
        var config = new ConsumerConfig(new Dictionary<string, string>(client))
        {
            GroupId = $"{topic}-reader", // librdkafka asks for one; nothing is committed under it
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            IsolationLevel = IsolationLevel.ReadCommitted,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        };
        using IConsumer<byte[]?, byte[]?> consumer = new ConsumerBuilder<byte[]?, byte[]?>(config).Build();
        consumer.Assign(new TopicPartitionOffset(partition, Offset.Beginning));
        while (true)
        {
            ConsumeResult<byte[]?, byte[]?> result = consumer.Consume(Patience)
                ?? throw new StreamPerceiverException($"{partition}: no answer in {Patience.TotalSeconds} s while reading progress");
            if (result.IsPartitionEOF) return emitted;
            string value = result.Message.Value is { } bytes ? Encoding.UTF8.GetString(bytes) : "nothing";
            if (result.Message.Key is not { } key || !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long end))
                throw new StreamPerceiverException($"{topic}/{lane}/{result.Offset}: value is '{value}', expected nanoseconds as decimal text under an entity's key");
            emitted[Encoding.UTF8.GetString(key)] = new EventTime(end);
        }
    }
}
