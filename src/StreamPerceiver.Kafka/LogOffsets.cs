using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamPerceiver.Kafka;

/// <summary>Asks the brokers where the logs of partitions begin and end, all partitions in one request (ListOffsets).</summary>
/// <param name="client">The client whose connections are used.</param>
/// <param name="calls">Runs the calls.</param>
internal sealed class LogOffsets(Handle client, ClientCalls calls) : IDisposable
{
    private readonly IAdminClient _admin = new DependentAdminClientBuilder(client).Build();

    /// <summary>Returns the first offset that each partition still has.</summary>
    /// <exception cref="KafkaException">A broker did not answer for one of the partitions.</exception>
    public IReadOnlyDictionary<TopicPartition, long> Begin(IEnumerable<TopicPartition> partitions, TimeSpan timeout)
        => Query(partitions, OffsetSpec.Earliest(), IsolationLevel.ReadUncommitted, timeout);

    /// <summary>
    /// Returns the offset of the first record with a timestamp of this time or later; of a partition without one, the offset behind its last record.
    /// </summary>
    /// <exception cref="KafkaException">A broker did not answer for one of the partitions.</exception>
    public IReadOnlyDictionary<TopicPartition, long> At(long timestampMs, IReadOnlyList<TopicPartition> partitions, TimeSpan timeout)
    {
        Dictionary<TopicPartition, long> found = Query(partitions, OffsetSpec.ForTimestamp(timestampMs), IsolationLevel.ReadUncommitted, timeout);
        IReadOnlyDictionary<TopicPartition, long> ends = End(found.Where(f => f.Value < 0).Select(f => f.Key), IsolationLevel.ReadUncommitted, timeout);
        return found.ToDictionary(f => f.Key, f => ends.GetValueOrDefault(f.Key, f.Value));
    }

    /// <summary>Returns the offset behind the last record of each partition, as readers of this isolation level see it.</summary>
    /// <exception cref="KafkaException">A broker did not answer for one of the partitions.</exception>
    public IReadOnlyDictionary<TopicPartition, long> End(IEnumerable<TopicPartition> partitions, IsolationLevel isolation, TimeSpan timeout)
        => Query(partitions, OffsetSpec.Latest(), isolation, timeout);

    /// <inheritdoc/>
    public void Dispose() => _admin.Dispose();

    private Dictionary<TopicPartition, long> Query(IEnumerable<TopicPartition> partitions, OffsetSpec which, IsolationLevel isolation, TimeSpan timeout)
    {
        TopicPartitionOffsetSpec[] wanted = [.. partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = p, OffsetSpec = which })];
        if (wanted.Length == 0) return [];
        var options = new ListOffsetsOptions { RequestTimeout = timeout, IsolationLevel = isolation };
        try
        {
            return calls.Run("ListOffsets", timeout, () => _admin.ListOffsetsAsync(wanted, options).GetAwaiter().GetResult()).ResultInfos
                .Select(r => r.TopicPartitionOffsetError).ToDictionary(found => found.TopicPartition, AnsweredOffset);
        }
        catch (ListOffsetsException e)
        {
            TopicPartitionOffsetError failed = e.Result.ResultInfos.Select(r => r.TopicPartitionOffsetError).First(r => r.Error.IsError);
            LearnLeaders(wanted, timeout);
            throw new KafkaException(new Error(failed.Error.Code, $"{failed.Topic}/{failed.Partition.Value}: {failed.Error.Reason}"), e);
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            LearnLeaders(wanted, timeout);
            throw;
        }
    }

    // Where a leader has not answered, librdkafka gives no error, but leaves the offset unset. That is no place in a log, and lies before all of them.
    private static long AnsweredOffset(TopicPartitionOffsetError found) => found.Offset != Offset.Unset
        ? found.Offset.Value
        : throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"{found.Topic}/{found.Partition.Value}: its leader has not answered"));

    // The client asks the leaders that it knows, even one that is away or leads no more. An answer about the topic itself gives it the new ones.
    private void LearnLeaders(IEnumerable<TopicPartitionOffsetSpec> wanted, TimeSpan timeout)
    {
        try
        {
            foreach (string topic in wanted.Select(w => w.TopicPartition.Topic).Distinct())
                calls.Run("GetMetadata", timeout, () => _admin.GetMetadata(topic, timeout));
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            // No broker answers. The next query fails as well, and asks again.
        }
    }
}
