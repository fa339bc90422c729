using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Reads the progress of lanes: which windows are already out. The topic has as many partitions as the inputs and is compacted: key = entity,
/// value = end of its last window in nanoseconds, as decimal text.
/// </summary>
internal sealed class ProgressReader(IngestOptions options, ILogger log)
{
    /// <summary>Longest that a transaction of a worker that was killed may keep the others waiting.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>By lane and entity, the end of the last window that is out.</summary>
    public IReadOnlyDictionary<int, Dictionary<string, EventTime>> Read(IReadOnlyList<int> lanes)
    {
        Dictionary<int, long> ends = Ends(lanes);
        using IConsumer<byte[]?, byte[]?> consumer = ConsumerSettings.Builder(ConsumerSettings.Bystander(options), log).BuildOrRefuse();
        consumer.Assign(lanes.Select(lane => new TopicPartitionOffset(options.ProgressTopic, lane, Offset.Beginning)));
        var emitted = lanes.ToDictionary(lane => lane, _ => new Dictionary<string, EventTime>(StringComparer.Ordinal));
        for (HashSet<int> open = [.. lanes]; open.Count > 0;)
        {
            ConsumeResult<byte[]?, byte[]?> result = consumer.Consume(Patience)
                ?? throw new StreamPerceiverException($"{options.ProgressTopic}: no answer in {Patience.TotalSeconds} s while reading the progress of lanes {string.Join(", ", open)}");
            if (!result.IsPartitionEOF) Take(result, emitted[result.Partition.Value]);
            else if (result.Offset.Value >= ends[result.Partition.Value]) open.Remove(result.Partition.Value);
        }

        return emitted;
    }

    // The true ends. What is decided may end before, where a transaction is still open: its fate is waited for, since it may be progress.
    private Dictionary<int, long> Ends(IReadOnlyList<int> lanes)
    {
        ConsumerConfig settings = ConsumerSettings.Bystander(options);
        settings.IsolationLevel = IsolationLevel.ReadUncommitted;
        using IConsumer<byte[]?, byte[]?> consumer = ConsumerSettings.Builder(settings, log).BuildOrRefuse();
        return lanes.ToDictionary(lane => lane, lane => consumer.QueryWatermarkOffsets(new TopicPartition(options.ProgressTopic, lane), Patience).High.Value);
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> result, Dictionary<string, EventTime> emitted)
    {
        string value = result.Message.Value is { } bytes ? Encoding.UTF8.GetString(bytes) : "nothing";
        if (result.Message.Key is not { } key || !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long end))
            throw new StreamPerceiverException($"{options.ProgressTopic}/{result.Partition.Value}/{result.Offset}: value is '{value}', expected nanoseconds as decimal text under an entity's key");
        emitted[Encoding.UTF8.GetString(key)] = new EventTime(end);
    }
}
