using System.CommandLine;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Recordings;
using StreamPerceiver.Recordings.Export;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Pipelines;
using StreamPerceiver.Worker.Recordings.Files;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Recordings.Export;

/// <summary><c>windows export</c>: the windows of a recording as shards of NumPy or Parquet.</summary>
internal static class ExportCommand
{
    private const int MostShardWindows = 1 << 20;

    public static Command Create()
    {
        Argument<string[]> places = RecordingCommand.Places();
        var pipeline = new Option<string>("--pipeline") { Description = "The pipeline file. Its inputs alone are read.", Required = true };
        var folder = new Option<string>("--out", "-o") { Description = "The folder to write, which must not be there.", Required = true };
        var format = new Option<ShardFormat>("--format") { Description = "The form of the shards.", DefaultValueFactory = _ => ShardFormat.Npz };
        var windows = new Option<int>("--shard-windows")
        {
            Description = "The most windows of a shard; it has fewer where they would take more than 256 MiB.",
            DefaultValueFactory = _ => new ExportOptions().ShardWindows,
        };
        var range = new RangeOptions();
        var command = new Command(
            "export", "Writes the windows that a pipeline cuts a recording into, as its model would be given them: placed data, masks, coverage, header. "
                + "The model's config.json is read, no weights are. Any setting can be overridden: --Section:Key=value.")
        {
            places, pipeline, folder, format, windows,
        };
        foreach (Option option in range.All) command.Options.Add(option);
        command.TreatUnmatchedTokensAsErrors = false; // they are overrides of settings, and are checked later
        windows.Require(1, MostShardWindows);
        command.SetAction((parsed, stop) => Failures.ReportAsync(async () =>
        {
            (string[] given, string[] overrides) = CommandLines.PartWords(parsed, places);
            PipelineDefinition definition = PipelineReader.Read(parsed.GetRequiredValue(pipeline));
            IReadOnlyList<string> files = RecordingReader.FilesOf(given);
            (long fromNs, long untilNs) = range.Read(parsed, RecordingReader.TimesOf(files));
            IEnumerable<RecordedEvent> events = RecordingReader.ReadEvents(files, fromNs, untilNs, ReplayRun.TopicsOf(definition, files));
            var options = new ExportOptions { Format = parsed.GetValue(format), ShardWindows = parsed.GetValue(windows) };
            await ExportAsync(WorkerHost.ReadSettings(overrides), definition, events, parsed.GetRequiredValue(folder), options, stop).ConfigureAwait(false);
            return 0;
        }));
        return command;
    }

    private static async Task ExportAsync(
        WorkerSettings settings, PipelineDefinition definition, IEnumerable<RecordedEvent> events, string folder, ExportOptions options,
        CancellationToken stop)
    {
        ModelDescription model = ModelCheck.Describe(definition);
        string[] problems = [.. PipelineRules.CheckModel(definition, model), .. RegistryCheck.Problems(definition, settings.SchemaRegistry)];
        if (problems.Length > 0) throw new PipelineException(definition.File, problems);
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.UseConsole().SetMinimumLevel(LogLevel.Warning));
        using var registry = new RegistryOfSettings(settings.SchemaRegistry, logs, TimeProvider.System);
        var decoding = new DecodeOptions { Schemas = registry.Schemas };
        MemoryBudget memory = settings.Memory.ShareOf(1);
        var run = new WindowRun(definition, model.Preparations, ModelCheck.PlanMemory(definition, settings.Batch, memory).Waiting, memory, decoding);
        var progress = new ProgressLine(TimeProvider.System, Console.Error, !Console.IsErrorRedirected);
        long count = await WindowExport.WriteAsync(
            definition, run, newIntake => new RecordedSource(Shown(), newIntake), folder, options, stop).ConfigureAwait(false);
        progress.End();
        RecordAccount all = run.Accounts.Aggregate((sum, account) => sum + account);
        Console.WriteLine(
            $"windows export: {count} windows to {folder}, {run.SkippedWindows} skipped; of {all.Read} records {all.Used} used, {all.Late} late, "
            + $"{all.Rejected} rejected, {all.Skipped} in no window, {all.Held} in windows that had not closed at the end; "
            + $"{progress.Elapsed.TotalSeconds:F1} s");

        IEnumerable<RecordedEvent> Shown()
        {
            foreach (RecordedEvent recorded in events)
            {
                progress.Show(() => $"windows export: at {new EventTime(recorded.TimeNs)}, {run.Windows.Out} windows");
                yield return recorded;
            }
        }
    }
}
