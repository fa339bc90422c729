using Confluent.Kafka;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Kafka.Tests;

public sealed class OutgoingMessagesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_001_000);

    [Fact]
    public void A_record_of_the_pipeline_is_the_same_message()
    {
        var record = new OutgoingRecord("out", [1], [2, 3])
        {
            TimestampMs = 1_700_000_000_123,
            Headers = [new("trace", null), new("content-type", [4]), new("content-type", [5])],
        };

        Message<byte[]?, byte[]?> message = record.ToMessage(new TopicLimit { MaxAgeMs = 2000, MaxAheadMs = 0 }, Now);

        (message.Key, message.Value).ShouldBe((record.Key, record.Value));
        message.Timestamp.ShouldBe(new Timestamp(1_700_000_000_123, TimestampType.CreateTime));
        message.Headers.Select(h => (h.Key, (byte[]?)h.GetValueBytes())).ShouldBe(record.Headers.Select(h => (h.Key, h.Value)));
        record.Destination().ShouldBe(new TopicPartition("out", Partition.Any));
    }

    [Fact]
    public void A_record_without_a_time_gets_the_present_and_one_with_a_partition_goes_there()
    {
        var record = new OutgoingRecord("progress", [1], null) { Partition = 3 };

        record.ToMessage(TopicLimit.Unknown, Now).Timestamp.ShouldBe(new Timestamp(Now.UtcDateTime, TimestampType.CreateTime));
        record.Destination().ShouldBe(new TopicPartition("progress", 3));
    }
}
