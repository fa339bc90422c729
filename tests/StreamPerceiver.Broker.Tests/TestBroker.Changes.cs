using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamPerceiver.Broker.Tests;

/// <content>What an administrator changes while workers run, or between two of them.</content>
internal abstract partial class TestBroker
{
    /// <summary>Raises the partition count of a topic.</summary>
    public void AddPartitions(string topic, int count)
    {
        using IAdminClient admin = Admin();
        admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = count }]).GetAwaiter().GetResult();
    }

    /// <summary>Deletes a topic. Returns once it can be made again.</summary>
    public void DeleteTopic(string topic)
    {
        using IAdminClient admin = Admin();
        admin.DeleteTopicsAsync([topic]).GetAwaiter().GetResult();
    }

    /// <summary>Deletes a group once its last member has gone.</summary>
    public void DeleteGroup(string group) => OnceEmpty(admin => admin.DeleteGroupsAsync([group]));

    /// <summary>Sets a group's offset, once its last member has gone.</summary>
    public void MoveOffset(string group, string topic, int partition, long offset)
        => OnceEmpty(admin => admin.AlterConsumerGroupOffsetsAsync([new(group, [new TopicPartitionOffset(topic, partition, offset)])]));

    // A member of a fixed name stays until its session has ended.
    private void OnceEmpty(Func<IAdminClient, Task> change)
    {
        using IAdminClient admin = Admin();
        for (int left = 60_000; ; left--)
        {
            try
            {
                change(admin).GetAwaiter().GetResult();
                return;
            }
            catch (KafkaException) when (left > 0)
            {
                admin.GetMetadata(TimeSpan.FromSeconds(10));
            }
        }
    }
}
