using System.Globalization;
using StreamPerceiver.Recordings.Info;

namespace StreamPerceiver.Worker.Recordings.Files;

/// <summary>Writes what is in a recording for a person to read.</summary>
internal static class InfoText
{
    /// <summary>Writes all of it.</summary>
    public static void Write(RecordingInfo info, TextWriter output)
    {
        foreach (FileOverview file in info.Files)
        {
            output.WriteLine(
                $"{file.Path}: {ProgressLine.Megabytes(file.Bytes)} MB, {RecordingCommand.Count(file.Chunks, "chunk")}, compression {file.Compression}, "
                + $"{(file.HasIndexes ? "with indexes" : "without indexes")}, written by {Or(file.Library, "?")}"
                + (file.Profile.Length > 0 ? $", profile {file.Profile}" : ""));
        }

        string span = info.First is null ? "" : $", received from {info.First} to {info.Last} ({Number(info.Seconds)} s)";
        output.WriteLine($"{RecordingCommand.Count(info.Messages, "message")}, {ProgressLine.Megabytes(info.Bytes)} MB{span}");
        foreach (TopicInfo topic in info.Topics) Write(topic, output);
        if (info.Pipeline is { } pipeline) Write(pipeline, output);
    }

    private static void Write(TopicInfo topic, TextWriter output)
    {
        string rate = topic.RateHz is { } hz ? $", {Number(hz)} a second" : "";
        output.WriteLine($"topic {topic.Topic}: {RecordingCommand.Count(topic.Messages, "message")}, {ProgressLine.Megabytes(topic.Bytes)} MB{rate}");
        output.WriteLine($"  content: {Counts(topic.MediaTypes)}; type {Or(string.Join(", ", topic.Schemas), "none")}");
        if (topic.Partitions.Count > 0)
        {
            output.WriteLine($"  event time: {Counts(topic.EventTimes)}; Kafka's timestamp by: {Counts(topic.Timestamps)}");
            string more = topic.Entities > topic.EntityNames.Count ? ", ..." : "";
            output.WriteLine($"  entities: {topic.Entities}: {string.Join(", ", topic.EntityNames)}{more}");
        }

        foreach (PartitionInfo p in topic.Partitions)
        {
            output.WriteLine(
                $"  partition {p.Partition}: {RecordingCommand.Count(p.Records, "record")}, offsets {p.FirstOffset} to {p.LastOffset}, "
                + $"{p.Missing} missing, {p.Doubled} doubled");
        }

        Write(topic.ClockOffset, topic.OffEntities, output);
        foreach (Silence s in topic.Silences) output.WriteLine($"  silence of {s.Of}: {Number(s.Seconds)} s, from {s.From} to {s.Until}");
    }

    private static void Write(PipelineInfo pipeline, TextWriter output)
    {
        output.WriteLine(
            $"pipeline {pipeline.Pipeline}: {RecordingCommand.Count(pipeline.Windows, "window")}, {pipeline.Complete} complete "
            + $"({Share(pipeline.Complete, pipeline.Windows)}), "
            + $"{pipeline.Skipped} skipped for lack of a required input; rejected records: {Or(Counts(pipeline.Rejected), "none")}");
        foreach (InputInfo input in pipeline.Inputs)
        {
            output.WriteLine(
                $"input {input.Input} ({input.Topic}): {RecordingCommand.Count(input.Records, "record")}, {input.Late} late, "
                + $"{input.Rejected} rejected; absent in {RecordingCommand.Count(input.Absent, "window")}; event time: {Or(Counts(input.EventTimes), "none")}");
            Write(input.ClockOffset, input.OffEntities, output);
        }

        foreach (EntityWindows e in pipeline.LeastComplete)
        {
            output.WriteLine(
                $"  entity {e.Entity}: {RecordingCommand.Count(e.Windows, "window")}, {Share(e.Complete, e.Windows)} complete"
                + (e.MostAbsent is null ? "" : $"; {e.MostAbsent} is absent in {e.Absent}"));
        }

        if (pipeline.Entities > pipeline.LeastComplete.Count) output.WriteLine($"  and {pipeline.Entities - pipeline.LeastComplete.Count} more entities");
    }

    private static void Write(ClockOffset? offset, IReadOnlyList<EntityOffset> entities, TextWriter output)
    {
        if (offset is null) return;
        output.WriteLine($"  Kafka's timestamp less event time: median {Number(offset.MedianMs)} ms, p95 {Number(offset.P95Ms)} ms");
        foreach (EntityOffset e in entities) output.WriteLine($"  entity {e.Entity} is off: median {Number(e.MedianMs)} ms");
    }

    private static string Counts(IReadOnlyDictionary<string, long> counts) => string.Join(", ", counts.Select(c => $"{Or(c.Key, "not stated")} {c.Value}"));

    private static string Share(long part, long whole)
        => whole == 0 ? "0 %" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:F1} %");

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;

    private static string Number(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);
}
