using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Recordings;
using StreamPerceiver.Recordings.Info;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Pipelines;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Recordings.Files;

/// <summary><c>recording info</c>: what is in a recording.</summary>
internal static class InfoCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        Argument<string[]> places = RecordingCommand.Places();
        var pipeline = new Option<string?>("--pipeline") { Description = "A pipeline file: counts the windows that it would give. Its model is not needed." };
        var json = new Option<bool>("--json") { Description = "Prints the same as JSON." };
        var command = new Command(
            "info", "Prints what is in a recording: topics, rates, entities, offsets, silences, and clock offsets between inputs. "
                + "Any setting can be overridden: --Section:Key=value.")
        {
            places, pipeline, json,
        };
        command.TreatUnmatchedTokensAsErrors = false; // they are overrides of settings, and are checked later
        command.SetAction((parsed, _) => Failures.ReportAsync(async () =>
        {
            (string[] given, string[] overrides) = CommandLines.PartWords(parsed, places);
            IReadOnlyList<string> files = RecordingReader.FilesOf(given);
            RecordingInfo info = RecordingInfoReader.Read(files);
            if (parsed.GetValue(pipeline) is { } path)
            {
                Task<PipelineInfo> count = CountWindowsAsync(files, PipelineReader.Read(path), WorkerHost.ReadSettings(overrides));
                info = info with { Pipeline = await count.ConfigureAwait(false) };
            }

            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(info, Json));
            else InfoText.Write(info, Console.Out);
            return 0;
        }));
        return command;
    }

    private static async Task<PipelineInfo> CountWindowsAsync(IReadOnlyList<string> files, PipelineDefinition definition, WorkerSettings settings)
    {
        string[] errors = [.. RegistryCheck.Problems(definition, settings.SchemaRegistry)];
        if (errors.Length > 0) throw new StreamPerceiverException(string.Join(Environment.NewLine, errors));
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.UseConsole().SetMinimumLevel(LogLevel.Warning));
        using var registry = new RegistryOfSettings(settings.SchemaRegistry, logs, TimeProvider.System);
        var decoding = new DecodeOptions(settings.Decode.SlowAfterMs) { Schemas = registry.Schemas };
        HashSet<string> topics = definition.Inputs.Select(i => i.Topic).ToHashSet(StringComparer.Ordinal);
        var census = new WindowCensus(definition, settings.Memory.ShareOf(1), decoding);
        return await census.RunAsync(RecordingReader.ReadEvents(files, topics: topics)).ConfigureAwait(false);
    }
}
