using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Kafka;
using StreamPerceiver.Recordings;
using StreamPerceiver.Recordings.Times;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Recordings.Publish;

/// <summary>Writes recorded records back to Kafka, with the distances between their times of receipt.</summary>
/// <param name="kafka">The brokers.</param>
/// <param name="renamed">The topic to write to, for each topic that is to have another name.</param>
/// <param name="playback">Holds each record until it is due.</param>
internal sealed class PublishRun(KafkaSettings kafka, IReadOnlyDictionary<string, string> renamed, Playback playback)
{
    /// <summary>Writes the records of files, and prints how many.</summary>
    /// <param name="files">The files, by which the topics are checked before the first record.</param>
    /// <param name="records">The records.</param>
    /// <param name="topics">The topics to write; null: all of the recording.</param>
    /// <param name="position">Describes how far it has come.</param>
    /// <param name="progress">Receives that.</param>
    /// <param name="stop">Ends it. Records sent by then are stored.</param>
    public async Task RunAsync(
        IReadOnlyList<string> files, IEnumerable<PlayedRecord> records, IReadOnlySet<string>? topics, ReplayPosition position, ProgressLine progress,
        CancellationToken stop)
    {
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.UseConsole());
        using var writer = new TopicWriter(kafka.BootstrapServers!, kafka.Client, logs.CreateLogger<TopicWriter>());
        foreach ((string topic, int partitions) in RecordingReader.PartitionCounts(files))
            if (topics?.Contains(topic) != false) writer.RequirePartitions(NameOf(topic), partitions);

        long count = 0, bytes = 0;
        foreach (PlayedRecord played in records)
        {
            if (!await playback.WaitAsync(played.PlayedNs, isNew => progress.Show(() => Line(played), isNew), stop).ConfigureAwait(false)) break;
            SourceRecord record = played.Record;
            writer.Send(record with { Topic = NameOf(record.Topic) });
            count++;
            bytes += (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
        }

        writer.Flush();
        progress.End();
        Console.WriteLine(
            $"replay: {count} records, {ProgressLine.Megabytes(bytes)} MB of keys and values, written to {kafka.BootstrapServers} in "
            + $"{progress.Elapsed.TotalSeconds:F1} s");

        string Line(PlayedRecord played)
            => $"replay: {position.Describe(played.ReceivedNs, played.Loop, progress.Elapsed, playback.Pace.Rate, playback.Pace.IsPaused)}, {count} records, "
                + $"{ProgressLine.Megabytes(bytes / progress.Elapsed.TotalSeconds)} MB/s";
    }

    private string NameOf(string topic) => renamed.GetValueOrDefault(topic, topic);
}
