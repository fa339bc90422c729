using Confluent.Kafka;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Kafka;

/// <summary>Turns records to write into the client's messages.</summary>
internal static class OutgoingMessages
{
    /// <summary>Returns the record as a message, with the timestamp that its topic takes.</summary>
    /// <param name="record">The record.</param>
    /// <param name="limit">The limits of its topic.</param>
    /// <param name="now">The present.</param>
    public static Message<byte[]?, byte[]?> ToMessage(this OutgoingRecord record, TopicLimit limit, DateTimeOffset now)
    {
        var timestamp = new Timestamp(limit.Timestamp(record.TimestampMs, now.ToUnixTimeMilliseconds()), TimestampType.CreateTime);
        var message = new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value, Headers = [], Timestamp = timestamp };
        foreach ((string name, byte[]? value) in record.Headers) message.Headers.Add(name, value);
        return message;
    }

    /// <summary>Returns where the record goes: to its partition, or to the one that its key belongs to.</summary>
    public static TopicPartition Destination(this OutgoingRecord record) => new(record.Topic, record.Partition ?? Partition.Any);
}
