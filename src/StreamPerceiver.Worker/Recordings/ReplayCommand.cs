using System.CommandLine;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Ingest;
using StreamPerceiver.Recordings;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Recordings.Cases;
using StreamPerceiver.Worker.Recordings.Files;
using StreamPerceiver.Worker.Recordings.Ideal;
using StreamPerceiver.Worker.Recordings.Publish;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Recordings;

/// <summary><c>replay</c>: a recording straight through a pipeline, with its predictions beside those of another run; or back to Kafka.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        Argument<string[]> places = RecordingCommand.Places();
        var pipeline = new Option<string?>("--pipeline") { Description = "The pipeline file. Its inputs alone are read." };
        var publish = new PublishOptions();
        var range = new RangeOptions();
        var verify = new Option<string?>("--verify")
        {
            Description = "Compares the predictions with those of this file, or of this recording of a run. Exit code 1 if one differs.",
        };
        var ideal = new Option<bool>("--ideal")
        {
            Description = "As if no record had been late and no input silent. Prints the windows that then differ, and why.",
        };
        var accept = new Option<string?>("--accept") { Description = "Writes the predictions to this file, and says what has changed in it." };
        var tolerance = new Option<double>("--tolerance")
        {
            Description = "The difference of two numbers that is none; of numbers beyond 1 the share. 0: equal to the bit.",
        };
        var command = new Command(
            "replay", "Runs a recording through a pipeline without a broker, in the order of receipt, and prints one hash of all predictions. "
                + "Inputs are silent as in the run that is recorded; of records alone none is silent before the end. With --publish it goes to Kafka "
                + "instead. Any setting can be overridden: --Section:Key=value.")
        {
            places, pipeline, ideal, verify, accept, tolerance,
        };
        foreach (Option option in (IEnumerable<Option>)[.. range.All, .. publish.All]) command.Options.Add(option);
        command.TreatUnmatchedTokensAsErrors = false; // they are overrides of settings, and are checked later
        tolerance.Require(0, 1e9);
        publish.RequireRanges();
        command.SetAction((parsed, _) => Failures.ReportAsync(async () =>
        {
            (string[] given, string[] overrides) = CommandLines.PartWords(parsed, places);
            WorkerSettings settings = WorkerHost.ReadSettings(overrides);
            PipelineDefinition? definition = parsed.GetValue(pipeline) is { } path ? PipelineReader.Read(path) : null;
            IReadOnlyList<string> files = RecordingReader.FilesOf(given);
            HashSet<string>? topics = definition is null ? null : ReplayRun.TopicsOf(definition, files);
            (long FirstNs, long LastNs) times = RecordingReader.TimesOf(files);
            (long fromNs, long untilNs) = range.Read(parsed, times);
            times = (Math.Max(times.FirstNs, fromNs), Math.Min(times.LastNs, untilNs));
            if (publish.IsGiven(parsed))
            {
                if (parsed.GetValue(verify) is not null || parsed.GetValue(accept) is not null)
                    throw new StreamPerceiverException("replay: --publish makes no predictions, expected no --verify and no --accept");
                IEnumerable<RecordedRecord> records = RecordingReader.ReadOnce(files, fromNs, untilNs, topics);
                await publish.RunAsync(parsed, settings.Kafka, definition, files, records, topics, times).ConfigureAwait(false);
                return 0;
            }

            if (definition is null) throw new StreamPerceiverException("replay: expected --pipeline FILE, or --publish");
            if (parsed.GetValue(verify) is { } golden && !Path.Exists(golden))
                throw new StreamPerceiverException($"--verify: {golden} is not there, expected a file that --accept has written, or a recording");
            using ILoggerFactory logs = LoggerFactory.Create(logging => logging.UseConsole().SetMinimumLevel(LogLevel.Warning));
            Func<IEnumerable<RecordedEvent>> events = () => RecordingReader.ReadEvents(files, fromNs, untilNs, topics);
            bool isIdeal = parsed.GetValue(ideal);
            if (isIdeal)
            {
                definition = await new IdealRun(settings, definition, logs, Console.Out).CompareAsync(events).ConfigureAwait(false);
                IEnumerable<RecordedEvent> recorded = events();
                events = () => IdealRun.RecordsOf(recorded);
            }

            var run = new ReplayRun(settings, definition, TimeProvider.System, logs, Console.Out);
            var progress = new ProgressLine(TimeProvider.System, Console.Error, !Console.IsErrorRedirected);
            var position = new ReplayPosition(times.FirstNs, times.LastNs);
            PredictionCollector found = await run.RunAsync(events(), position, progress, flushes: isIdeal).ConfigureAwait(false);
            return Report(found, definition, parsed.GetValue(verify), parsed.GetValue(accept), parsed.GetValue(tolerance));
        }));
        return command;
    }

    private static int Report(PredictionCollector found, PipelineDefinition definition, string? verify, string? accept, double tolerance)
    {
        var golden = new GoldenFile("replay", Console.Out);
        int different = verify is null ? 0 : golden.Verify(found.Predictions, verify, Golden(verify, definition), tolerance);
        if (accept is not null) golden.Accept(found.Predictions, accept);
        Console.WriteLine($"replay: hash of {found.Predictions.Count} predictions: {RecordedPrediction.HashOf(found.Predictions)}");
        return different == 0 ? 0 : Failures.WhileRunning;
    }

    private static IReadOnlyList<RecordedPrediction> Golden(string path, PipelineDefinition definition)
        => Directory.Exists(path) || path.EndsWith(".mcap", StringComparison.OrdinalIgnoreCase)
            ? PublishedPredictions.Read(RecordingReader.FilesOf([path]), definition.PublishTopics)
            : RecordedPrediction.ReadAll(path);
}
