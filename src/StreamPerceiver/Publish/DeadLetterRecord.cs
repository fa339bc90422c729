using System.Buffers.Binary;
using System.Text;
using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Publish;

/// <summary>
/// A rejected or late record on the wire: key, value, timestamp and headers as they came, and why, under the names that Kafka Connect
/// (<c>__connect.errors.*</c>, text) and Spring Kafka (<c>kafka_dlt-*</c>, numbers big-endian) use, so that either's tools can read it.
/// </summary>
public static class DeadLetterRecord
{
    /// <summary>A rejected record.</summary>
    public static Message<byte[]?, byte[]?> Of(Rejection rejection, string consumerGroup)
        => Of(rejection.Record, rejection.Reason.ToString(), rejection.Detail, rejection.Stage, consumerGroup);

    /// <summary>A late record.</summary>
    public static Message<byte[]?, byte[]?> Of(LateRecord late, string consumerGroup) => Of(late.Record, "Late", late.Detail, late.Stage, consumerGroup);

    private static Message<byte[]?, byte[]?> Of(SourceRecord source, string reason, string detail, string stage, string consumerGroup)
    {
        var headers = new Headers();
        foreach ((string name, byte[]? value) in source.Headers) headers.Add(name, value);

        Text("__connect.errors.topic", source.Topic);
        Text("__connect.errors.partition", $"{source.Partition}");
        Text("__connect.errors.offset", $"{source.Offset}");
        Text("__connect.errors.connector.name", consumerGroup);
        Text("__connect.errors.stage", stage);
        Text("__connect.errors.exception.class.name", reason);
        Text("__connect.errors.exception.message", detail);
        Text("kafka_dlt-original-topic", source.Topic);
        headers.Add("kafka_dlt-original-partition", BigEndian(source.Partition));
        headers.Add("kafka_dlt-original-offset", BigEndian(source.Offset));
        headers.Add("kafka_dlt-original-timestamp", BigEndian(source.TimestampMs));
        Text("kafka_dlt-original-consumer-group", consumerGroup);
        Text("kafka_dlt-exception-fqcn", reason);
        Text("kafka_dlt-exception-message", detail);

        return new Message<byte[]?, byte[]?>
        {
            Key = source.Key,
            Value = source.Value,
            Timestamp = new Timestamp(Math.Max(0, source.TimestampMs), TimestampType.CreateTime),
            Headers = headers,
        };

        void Text(string name, string value) => headers.Add(name, Encoding.UTF8.GetBytes(value));
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] BigEndian(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }
}
