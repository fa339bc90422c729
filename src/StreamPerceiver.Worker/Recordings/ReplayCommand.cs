using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Recordings;

/// <summary><c>replay</c>: a recording straight through a pipeline, as fast as the machine can, and its predictions beside those of another run.</summary>
internal static class ReplayCommand
{
    private const int MostLines = 20;

    public static Command Create()
    {
        var places = new Argument<string[]>("recording") { Description = "MCAP files, and folders of them.", Arity = ArgumentArity.OneOrMore };
        var pipeline = new Option<string>("--pipeline") { Description = "The pipeline file.", Required = true };
        var from = new Option<string?>("--from") { Description = "The first time of receipt, RFC 3339 (default: all)." };
        var until = new Option<string?>("--until") { Description = "The time of receipt before which records are read, RFC 3339 (default: all)." };
        var verify = new Option<string?>("--verify") { Description = "Compares the predictions with those of this file. Exit code 1 if one differs." };
        var accept = new Option<string?>("--accept") { Description = "Writes the predictions to this file, and says what has changed in it." };
        var tolerance = new Option<double>("--tolerance") { Description = "The difference of two numbers that is none. 0: equal to the bit." };
        var command = new Command(
            "replay", "Runs a recording through a pipeline without a broker, in the order of receipt, and prints one hash of all predictions. "
                + "No input falls silent before the end. Any setting can be overridden: --Section:Key=value.")
        {
            places, pipeline, from, until, verify, accept, tolerance,
        };
        command.TreatUnmatchedTokensAsErrors = false; // they are overrides of settings, and are checked later
        tolerance.Require(0, 1e9);
        command.SetAction((parsed, _) => Failures.ReportAsync(async () =>
        {
            string[] words = [.. parsed.GetValue(places)!, .. parsed.UnmatchedTokens];
            string[] overrides = [.. words.Where(w => w.StartsWith('-'))];
            CommandLines.RequireOverrides(overrides);
            WorkerSettings settings = WorkerHost.ReadSettings(overrides);
            PipelineDefinition definition = PipelineReader.Read(parsed.GetRequiredValue(pipeline));
            IEnumerable<RecordedRecord> records = RecordingReader.Read(
                RecordingReader.FilesOf(words.Where(w => !w.StartsWith('-'))), Time(from.Name, parsed.GetValue(from), 0),
                Time(until.Name, parsed.GetValue(until), long.MaxValue), definition.Inputs.Select(i => i.Topic).ToHashSet(StringComparer.Ordinal));
            using ILoggerFactory logs = LoggerFactory.Create(logging => logging.UseConsole().SetMinimumLevel(LogLevel.Warning));
            var run = new ReplayRun(settings, definition, TimeProvider.System, logs);
            PredictionCollector found = await run.RunAsync(records, new ProgressLine(TimeProvider.System, Console.Error, !Console.IsErrorRedirected))
                .ConfigureAwait(false);
            return Report(found, parsed.GetValue(verify), parsed.GetValue(accept), parsed.GetValue(tolerance));
        }));
        return command;
    }

    private static int Report(PredictionCollector found, string? verify, string? accept, double tolerance)
    {
        int different = verify is null ? 0 : Compare(found, verify, tolerance);
        if (accept is not null)
        {
            if (File.Exists(accept)) Compare(found, accept, tolerance);
            RecordedPrediction.WriteAll(accept, found.Predictions);
            Console.WriteLine($"replay: wrote {found.Predictions.Count} predictions to {accept}");
        }

        Console.WriteLine($"replay: hash of {found.Predictions.Count} predictions: {RecordedPrediction.HashOf(found.Predictions)}");
        return different == 0 ? 0 : Failures.WhileRunning;
    }

    // Returns the number of predictions that differ.
    private static int Compare(PredictionCollector found, string path, double tolerance)
    {
        IReadOnlyList<RecordedPrediction> expected = RecordedPrediction.ReadAll(path);
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
