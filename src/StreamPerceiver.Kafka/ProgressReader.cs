using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Kafka;

/// <summary>Reads the progress of lanes. The topic has as many partitions as the inputs and is compacted; <see cref="ProgressKey"/> has its keys.</summary>
internal sealed class ProgressReader(ConsumerOptions options, ClientCalls calls, ILogger log)
{
    /// <summary>How long a transaction of a worker that was killed may keep the others waiting.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Reads the progress of these lanes. Returns it by lane.</summary>
    /// <param name="lanes">The lanes.</param>
    /// <param name="timeout">How long to wait for the ends of their partitions.</param>
    public IReadOnlyDictionary<int, LaneProgress> Read(IReadOnlyList<int> lanes, TimeSpan timeout)
    {
        IConsumer<byte[]?, byte[]?> consumer = ConsumerSettings.Builder(ConsumerSettings.NonMember(options), log).BuildOrRefuse();
        try
        {
            return Read(consumer, lanes, timeout);
        }
        finally
        {
            calls.Close(consumer.Dispose);
        }
    }

    private Dictionary<int, LaneProgress> Read(IConsumer<byte[]?, byte[]?> consumer, IReadOnlyList<int> lanes, TimeSpan timeout)
    {
        // The true ends. Where a transaction is open, the records that can be read end before: its end is waited for, since it may have progress.
        using var offsets = new LogOffsets(consumer.Handle, calls);
        var ends = offsets.End(lanes.Select(lane => new TopicPartition(options.ProgressTopic, lane)), IsolationLevel.ReadUncommitted, timeout);
        consumer.Assign(ends.Keys.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        var progress = lanes.ToDictionary(lane => lane, _ => new LaneProgress());
        for (HashSet<int> open = [.. lanes]; open.Count > 0;)
        {
            ConsumeResult<byte[]?, byte[]?> result = consumer.Consume(Patience)
                ?? throw new StreamPerceiverException(
                    $"{options.ProgressTopic}: no answer in {Patience.TotalSeconds} s while reading the progress of lanes {string.Join(", ", open)}");
            if (!result.IsPartitionEOF) Take(result, progress[result.Partition.Value]);
            else if (result.Offset.Value >= ends[result.TopicPartition]) open.Remove(result.Partition.Value);
        }

        return progress;
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> result, LaneProgress progress)
    {
        string key = Text(result.Message.Key), value = Text(result.Message.Value);
        bool known = result.Message.Value is null
            ? progress.TryRemove(key)
            : progress.TryAdd(key, value);
        if (!known)
            throw new StreamPerceiverException(
                $"{options.ProgressTopic}/{result.Partition.Value}/{result.Offset}: '{key}' is '{value}', "
                + $"expected a whole number under a key that begins with {ProgressKey.Entity}, {ProgressKey.ReadFrom}, {ProgressKey.Reported} or "
                + $"{ProgressKey.Committed}, or clocks under one that begins with {ProgressKey.Clocks}");

        static string Text(byte[]? bytes) => bytes is null ? "nothing" : Encoding.UTF8.GetString(bytes);
    }
}
