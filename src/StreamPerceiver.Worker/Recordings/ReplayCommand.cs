using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Recordings;

/// <summary><c>replay</c>: a recording straight through a pipeline, with its predictions beside those of another run; or back to Kafka.</summary>
internal static class ReplayCommand
{
    private const int MostLines = 20;

    public static Command Create()
    {
        var places = new Argument<string[]>("recording") { Description = "MCAP files, and folders of them.", Arity = ArgumentArity.OneOrMore };
        var pipeline = new Option<string?>("--pipeline") { Description = "The pipeline file. Its inputs alone are read." };
        var publish = new Option<bool>("--publish") { Description = "Writes the records to Kafka instead, to the same topics and partitions." };
        var rate = new Option<double>("--rate") { Description = "With --publish: 2 is twice as fast as they came; 0 at once.", DefaultValueFactory = _ => 1 };
        var remap = new Option<string[]>("--remap") { Description = "With --publish: OLD=NEW, another name for a topic. May be given again." };
        var from = new Option<string?>("--from") { Description = "The first time of receipt, RFC 3339 (default: all)." };
        var until = new Option<string?>("--until") { Description = "The time of receipt before which records are read, RFC 3339 (default: all)." };
        var verify = new Option<string?>("--verify")
        {
            Description = "Compares the predictions with those of this file, or with those that a run published into this recording. Exit code 1: one differs.",
        };
        var accept = new Option<string?>("--accept") { Description = "Writes the predictions to this file, and says what has changed in it." };
        var tolerance = new Option<double>("--tolerance") { Description = "The difference of two numbers that is none. 0: equal to the bit." };
        var command = new Command(
            "replay", "Runs a recording through a pipeline without a broker, in the order of receipt, and prints one hash of all predictions. "
                + "No input falls silent before the end. With --publish it goes to Kafka instead. Any setting can be overridden: --Section:Key=value.")
        {
            places, pipeline, publish, rate, remap, from, until, verify, accept, tolerance,
        };
        command.TreatUnmatchedTokensAsErrors = false; // they are overrides of settings, and are checked later
        tolerance.Require(0, 1e9);
        rate.Require(0, 1e6);
        command.SetAction((parsed, _) => Failures.ReportAsync(async () =>
        {
            string[] words = [.. parsed.GetValue(places)!, .. parsed.UnmatchedTokens];
            string[] overrides = [.. words.Where(w => w.StartsWith('-'))];
            CommandLines.RequireOverrides(overrides);
            WorkerSettings settings = WorkerHost.ReadSettings(overrides);
            PipelineDefinition? definition = parsed.GetValue(pipeline) is { } path ? PipelineReader.Read(path) : null;
            IReadOnlyList<string> files = RecordingReader.FilesOf(words.Where(w => !w.StartsWith('-')));
            HashSet<string>? topics = definition?.Inputs.Select(i => i.Topic).ToHashSet(StringComparer.Ordinal);
            IEnumerable<RecordedRecord> records = RecordingReader.Read(
                files, Time(from.Name, parsed.GetValue(from), 0), Time(until.Name, parsed.GetValue(until), long.MaxValue), topics);
            var progress = new ProgressLine(TimeProvider.System, Console.Error, !Console.IsErrorRedirected);
            if (parsed.GetValue(publish))
            {
                if (parsed.GetValue(verify) is not null || parsed.GetValue(accept) is not null)
                    throw new StreamPerceiverException("replay: --publish makes no predictions, expected no --verify and no --accept");
                using var signals = new StopSignals();
                var toKafka = new PublishRun(settings.Kafka, Renamed(parsed.GetValue(remap)!), parsed.GetValue(rate), TimeProvider.System);
                await toKafka.RunAsync(files, records, topics, progress, signals.Token).ConfigureAwait(false);
                return 0;
            }

            if (definition is null) throw new StreamPerceiverException("replay: expected --pipeline FILE, or --publish");
            if (parsed.GetValue(remap)!.Length > 0) throw new StreamPerceiverException("replay: --remap is given, expected --publish with it");
            if (parsed.GetValue(verify) is { } golden && !Path.Exists(golden))
                throw new StreamPerceiverException($"--verify: {golden} is not there, expected a file that --accept has written, or a recording");
            using ILoggerFactory logs = LoggerFactory.Create(logging => logging.UseConsole().SetMinimumLevel(LogLevel.Warning));
            PredictionCollector found = await new ReplayRun(settings, definition, TimeProvider.System, logs).RunAsync(records, progress).ConfigureAwait(false);
            return Report(found, definition, parsed.GetValue(verify), parsed.GetValue(accept), parsed.GetValue(tolerance));
        }));
        return command;
    }

    private static Dictionary<string, string> Renamed(string[] pairs)
    {
        if (pairs.FirstOrDefault(p => p.Split('=') is not [{ Length: > 0 }, { Length: > 0 }]) is { } wrong)
            throw new StreamPerceiverException($"--remap is '{wrong}', expected OLD=NEW");
        string[][] parts = [.. pairs.Select(p => p.Split('='))];
        if (parts.GroupBy(p => p[0], StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new StreamPerceiverException($"--remap names {twice.Key} {twice.Count()} times, expected once");
        return parts.ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
    }

    private static int Report(PredictionCollector found, PipelineDefinition definition, string? verify, string? accept, double tolerance)
    {
        int different = verify is null ? 0 : Compare(found, verify, Golden(verify, definition), tolerance);
        if (accept is not null)
        {
            if (File.Exists(accept)) Compare(found, accept, RecordedPrediction.ReadAll(accept), tolerance);
            RecordedPrediction.WriteAll(accept, found.Predictions);
            Console.WriteLine($"replay: wrote {found.Predictions.Count} predictions to {accept}");
        }

        Console.WriteLine($"replay: hash of {found.Predictions.Count} predictions: {RecordedPrediction.HashOf(found.Predictions)}");
        return different == 0 ? 0 : Failures.WhileRunning;
    }

    private static IReadOnlyList<RecordedPrediction> Golden(string path, PipelineDefinition definition)
        => Directory.Exists(path) || path.EndsWith(".mcap", StringComparison.OrdinalIgnoreCase)
            ? PublishedPredictions.Read(RecordingReader.FilesOf([path]), definition.PublishTopics)
            : RecordedPrediction.ReadAll(path);

    // Returns the number of predictions that differ.
    private static int Compare(PredictionCollector found, string path, IReadOnlyList<RecordedPrediction> expected, double tolerance)
    {
        PredictionDifference[] all = [.. PredictionComparison.Compare(found.Predictions, expected, tolerance)];
        foreach (PredictionDifference d in all.Take(MostLines))
            Console.WriteLine($"  {d.Id}: {(d.Path.Length == 0 ? "prediction" : d.Path)} is {d.Found ?? "missing"}, {path} has {d.Expected ?? "none"}");
        if (all.Length > MostLines) Console.WriteLine($"  and {all.Length - MostLines} more differences");
        int different = all.Select(d => d.Id).Distinct(StringComparer.Ordinal).Count();
        string limit = tolerance == 0 ? "to the bit" : string.Create(CultureInfo.InvariantCulture, $"within {tolerance}");
        Console.WriteLine($"replay: {expected.Count} predictions in {path}, {different} differ, compared {limit}");
        return different;
    }

    private static long Time(string option, string? text, long otherwise)
    {
        if (text is null) return otherwise;
        return EventTime.TryParse(text, out EventTime time)
            ? time.Nanoseconds
            : throw new StreamPerceiverException($"{option} is '{text}', expected an RFC 3339 time");
    }
}
