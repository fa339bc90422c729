using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <summary>Makes records of the stream of the client's records.</summary>
internal static class IncomingRecords
{
    /// <summary>Returns a record as it came, with the end of its partition's log as the client knows it.</summary>
    public static SourceRecord ToSourceRecord(this ConsumeResult<byte[]?, byte[]?> result, IConsumer<byte[]?, byte[]?> consumer)
    {
        long end = consumer.GetWatermarkOffsets(result.TopicPartition).High.Value;
        return result.ToSourceRecord() with { LogEnd = end >= 0 ? end : null };
    }

    /// <summary>Returns a record as it came.</summary>
    public static SourceRecord ToSourceRecord(this ConsumeResult<byte[]?, byte[]?> result)
    {
        Message<byte[]?, byte[]?> message = result.Message;
        var headers = message.Headers is { Count: > 0 and var count } ? new KeyValuePair<string, byte[]?>[count] : [];
        for (int i = 0; i < headers.Length; i++) headers[i] = new(message.Headers![i].Key, message.Headers[i].GetValueBytes());
        return new SourceRecord(
            result.Topic, result.Partition.Value, result.Offset.Value, message.Timestamp.UnixTimestampMs, message.Key, message.Value, headers,
            (TimestampKind)message.Timestamp.Type); // librdkafka's numbers
    }
}
