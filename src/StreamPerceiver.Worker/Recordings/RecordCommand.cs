using System.CommandLine;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Kafka;
using StreamPerceiver.Recordings;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Recordings;

/// <summary><c>record</c>: topics to MCAP files, beside a worker or without one.</summary>
internal static class RecordCommand
{
    public static Command Create()
    {
        var topics = new Argument<string[]>("topics") { Description = "Topics.", Arity = ArgumentArity.ZeroOrMore };
        var pipeline = new Option<string?>("--pipeline") { Description = "A pipeline file: its inputs, predictions, dead letters and late records." };
        var folder = new Option<string>("--out") { Description = "The folder of the files.", Required = true };
        var name = new Option<string>("--name") { Description = "What the names of the files begin with.", DefaultValueFactory = _ => "recording" };
        var from = new Option<string>("--from") { Description = "beginning, end, or an RFC 3339 time of Kafka's.", DefaultValueFactory = _ => "end" };
        var untilEnd = new Option<bool>("--until-end") { Description = "Ends with the records that are there at the start." };
        var fileMb = new Option<int>("--file-mb") { Description = "Size of a file, in MiB.", DefaultValueFactory = _ => 1024 };
        var fileSeconds = new Option<int>("--file-s") { Description = "Time of a file, in seconds.", DefaultValueFactory = _ => 3600 };
        var syncSeconds = new Option<int>("--sync-s") { Description = "How often files reach the disk (fsync), in seconds.", DefaultValueFactory = _ => 5 };
        var command = new Command(
            "record", "Records topics to MCAP files until SIGINT or SIGTERM: keys, headers, timestamps, offsets and values. It joins no group. "
                + "Brokers and security are those of the settings; any can be overridden: --Section:Key=value.")
        {
            topics, pipeline, folder, name, from, untilEnd, fileMb, fileSeconds, syncSeconds,
        };
        command.TreatUnmatchedTokensAsErrors = false; // they are overrides of settings, and are checked later
        fileMb.Require(1, 1 << 20);
        fileSeconds.Require(1, 7 * 86_400);
        syncSeconds.Require(0, 3600);
        command.SetAction((parsed, _) => Failures.ReportAsync(() =>
        {
            (string[] given, string[] overrides) = CommandLines.PartWords(parsed, topics);
            ReadFrom start = ReadFrom.Parse(parsed.GetValue(from)!)
                ?? throw new StreamPerceiverException($"--from is '{parsed.GetValue(from)}', expected beginning, end or an RFC 3339 time");
            string[] all = [.. given.Concat(TopicsOf(parsed.GetValue(pipeline))).Distinct(StringComparer.Ordinal)];
            if (all.Length == 0) throw new StreamPerceiverException("record: no topic is given, expected topics or --pipeline FILE");
            var options = new RecordingOptions
            {
                FileBytes = (long)parsed.GetValue(fileMb) << 20,
                FileNs = parsed.GetValue(fileSeconds) * EventTime.PerSecond,
                SyncNs = parsed.GetValue(syncSeconds) * EventTime.PerSecond,
            };
            string? session = parsed.GetValue(untilEnd) ? null : Guid.NewGuid().ToString("N"); // without a clock there is no silence
            using var writer = new RecordingWriter(parsed.GetRequiredValue(folder), parsed.GetValue(name)!, options, session);
            return Task.FromResult(Record(WorkerHost.ReadSettings(overrides).Kafka, all, start, parsed.GetValue(untilEnd), writer));
        }));
        return command;
    }

    private static int Record(KafkaSettings kafka, string[] topics, ReadFrom from, bool untilEnd, RecordingWriter writer)
    {
        TimeProvider time = TimeProvider.System;
        using var signals = new StopSignals();
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.UseConsole());
        using var reader = new TopicReader(kafka.BootstrapServers!, kafka.Client, topics, time, logs.CreateLogger<TopicReader>());
        var progress = new ProgressLine(time, Console.Error, !Console.IsErrorRedirected);
        Console.WriteLine($"record: {string.Join(", ", topics)} at {kafka.BootstrapServers} to {writer.FilePath}; Ctrl+C ends it");
        foreach (IntakeEvent happened in reader.Read(from, untilEnd, Idle, signals.Token))
        {
            writer.Add(happened, Now());
            progress.Show(Line);
        }

        progress.End();
        writer.Dispose();
        Console.WriteLine($"record: {writer.Count} records, {ProgressLine.Megabytes(writer.Bytes)} MB of keys and values, in {writer.Files} files");
        return 0;

        void Idle()
        {
            writer.WriteIfDue(Now());
            progress.Show(Line);
        }

        long Now() => EventTime.FromUnixMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()).Nanoseconds;

        string Line() => $"record: {writer.Count} records, {ProgressLine.Megabytes(writer.Bytes)} MB, "
            + $"{ProgressLine.Megabytes(writer.Bytes / progress.Elapsed.TotalSeconds)} MB/s, {writer.FilePath}";
    }

    private static IEnumerable<string> TopicsOf(string? pipeline)
    {
        if (pipeline is null) return [];
        PipelineDefinition definition = PipelineReader.Read(pipeline);
        return [.. definition.Inputs.Select(i => i.Topic), .. definition.WrittenTopics.Where(t => t != definition.ProgressTopic)];
    }
}
