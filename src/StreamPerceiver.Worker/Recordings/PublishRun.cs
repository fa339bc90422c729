using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Kafka;
using StreamPerceiver.Recordings;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Recordings;

/// <summary>Writes recorded records back to Kafka, with the distances between their times of receipt.</summary>
/// <param name="kafka">The brokers.</param>
/// <param name="renamed">The topic to write to, for each topic that is to have another name.</param>
/// <param name="rate">How many times as fast as they were received; 0: as fast as it goes.</param>
/// <param name="time">The clock.</param>
internal sealed class PublishRun(KafkaSettings kafka, IReadOnlyDictionary<string, string> renamed, double rate, TimeProvider time)
{
    // A timer ends no sooner.
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(1);

    /// <summary>Writes the records of files, and prints how many.</summary>
    /// <param name="files">The files, by which the topics are checked before the first record.</param>
    /// <param name="records">The records.</param>
    /// <param name="topics">The topics to write; null: all of the recording.</param>
    /// <param name="progress">Receives how far it has come.</param>
    /// <param name="stop">Ends it. Records sent by then are stored.</param>
    public async Task RunAsync(
        IReadOnlyList<string> files, IEnumerable<RecordedRecord> records, IReadOnlySet<string>? topics, ProgressLine progress, CancellationToken stop)
    {
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.UseConsole());
        using var writer = new TopicWriter(kafka.BootstrapServers!, kafka.Client, logs.CreateLogger<TopicWriter>());
        foreach ((string topic, int partitions) in RecordingReader.PartitionCounts(files))
            if (topics?.Contains(topic) != false) writer.RequirePartitions(NameOf(topic), partitions);

        long count = 0, bytes = 0;
        var pace = new Pace(rate, time);
        foreach (RecordedRecord recorded in records)
        {
            if (pace.WaitFor(recorded.ReceivedNs) is var wait && wait >= LeastWait)
                await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) break;
            writer.Send(recorded.Record with { Topic = NameOf(recorded.Record.Topic) });
            count++;
            bytes += (recorded.Record.Key?.Length ?? 0) + (recorded.Record.Value?.Length ?? 0);
            progress.Show(() => $"replay: at {new EventTime(recorded.ReceivedNs)}, {count} records, "
                + $"{ProgressLine.Megabytes(bytes / progress.Elapsed.TotalSeconds)} MB/s");
        }

        writer.Flush();
        progress.End();
        Console.WriteLine(
            $"replay: {count} records, {ProgressLine.Megabytes(bytes)} MB of keys and values, written to {kafka.BootstrapServers} in "
            + $"{progress.Elapsed.TotalSeconds:F1} s");
    }

    private string NameOf(string topic) => renamed.GetValueOrDefault(topic, topic);
}
