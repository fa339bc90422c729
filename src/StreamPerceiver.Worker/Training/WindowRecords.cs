using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Recordings;
using StreamPerceiver.Topology;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Recordings;

namespace StreamPerceiver.Worker.Training;

/// <summary>Writes the records of some windows to a recording, so that what is wrong with them can be seen with the verbs of recordings.</summary>
internal static class WindowRecords
{
    private const string Name = "windows";

    /// <summary>
    /// Writes the records of the windows' entities whose event times are in a window, or reach into it: from the longest span of a record before it to a
    /// window's length after it. Of tables all earlier records are written.
    /// </summary>
    /// <param name="folder">The folder of the recording. What an earlier call has written there is replaced.</param>
    /// <param name="pipeline">The pipeline that made the windows.</param>
    /// <param name="files">The recordings that they are from.</param>
    /// <param name="windows">The windows.</param>
    /// <returns>How many records were written.</returns>
    /// <exception cref="RecordingException">A file cannot be read or written.</exception>
    public static long Write(string folder, PipelineDefinition pipeline, IReadOnlyList<string> files, IReadOnlyList<StoredWindow> windows)
    {
        if (Directory.Exists(folder))
            foreach (string old in Directory.GetFiles(folder, $"{Name}-*.mcap")) File.Delete(old);
        var times = new EventTimeReader(pipeline.Inputs, maxFutureNs: long.MaxValue);
        using var writer = new RecordingWriter(folder, Name);
        foreach (RecordedRecord recorded in RecordingReader.ReadOnce(files, topics: ReplayRun.TopicsOf(pipeline, files)))
            if (Enumerable.Range(0, pipeline.Inputs.Count).Any(input => IsOf(recorded.Record, input)))
                writer.Add(recorded.Record, recorded.ReceivedNs);
        return writer.Count;

        bool IsOf(SourceRecord record, int input)
        {
            if (pipeline.Inputs[input].Topic != record.Topic || record.Key is not { } key) return false;
            if (EntityKey.Read(key, pipeline.Keys, out _) is not { } entity) return false;
            if (!times.TryRead(record, input, out EventTime time, out _, out _, out _)) return false;
            return windows.Any(w => w.Entity == entity && time < w.End + (w.End - w.Start)
                && (pipeline.Inputs[input].IsTable || time >= w.Start + -pipeline.Inputs[input].MaxSpanNs));
        }
    }
}
