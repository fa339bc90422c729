using System.CommandLine;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Recordings;
using StreamPerceiver.Recordings.Explain;
using StreamPerceiver.Recordings.Explain.Picture;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Pipelines;
using StreamPerceiver.Worker.Recordings.Files;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Recordings.Explain;

/// <summary><c>explain</c>: what a window of a recording holds, and why it closed.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        Argument<string[]> places = RecordingCommand.Places();
        var pipeline = new Option<string>("--pipeline")
        {
            Description = "The pipeline file. Its model is not run without --attention, and may be missing.",
            Required = true,
        };
        var entity = new Option<string?>("--entity") { Description = "The entity. Not needed where --window is an id." };
        var window = new Option<string>("--window") { Description = "The window's start, RFC 3339, or the id of its prediction.", Required = true };
        var json = new Option<string?>("--json") { Description = "Writes the explanation to this file as JSON, with every slot and sample." };
        var picture = new Option<string?>("--picture") { Description = "Draws a timeline to this file, .svg or .png." };
        var attention = new Option<bool>("--attention") { Description = "Runs the model on the window, and shows which tokens its latents and outputs read." };
        var model = new Option<string?>("--model") { Description = "The model directory for --attention (default: the pipeline's)." };
        var command = new Command(
            "explain", "Tells which records a window holds, at which slot, what was missing, late, rejected or masked, and why it closed. The recording goes "
                + "through the pipeline's own alignment. Any setting can be overridden: --Section:Key=value.")
        {
            places, pipeline, entity, window, json, picture, attention, model,
        };
        command.TreatUnmatchedTokensAsErrors = false; // they are overrides of settings, and are checked later
        command.SetAction((parsed, _) => Failures.ReportAsync(async () =>
        {
            (string[] given, string[] overrides) = CommandLines.PartWords(parsed, places);
            if (parsed.GetValue(picture) is { } image && Path.GetExtension(image) is not (".svg" or ".png"))
                throw new StreamPerceiverException($"--picture is '{image}', expected a name that ends with .svg or .png");
            PipelineDefinition definition = PipelineReader.Read(parsed.GetRequiredValue(pipeline));
            bool asksModel = parsed.GetValue(attention);
            if (parsed.GetValue(model) is { } directory)
                definition = asksModel ? definition with { ModelDirectory = directory }
                    : throw new StreamPerceiverException($"--model is '{directory}', expected --attention with it");
            if (asksModel) AttentionRun.Check(definition);
            (string name, EventTime start) = Asked(parsed.GetRequiredValue(window), parsed.GetValue(entity), definition);
            IReadOnlyList<string> files = RecordingReader.FilesOf(given);
            WorkerSettings settings = WorkerHost.ReadSettings(overrides);
            var explainer = new WindowExplainer(definition, name, start);
            WindowExplanation explanation = await ExplainAsync(definition, settings, files, explainer).ConfigureAwait(false);
            if (asksModel)
                explanation = explanation with { Attention = AttentionRun.Read(definition, TokensOf(explainer, explanation), settings.Inference.Threads) };
            Console.Write(ExplanationText.Write(explanation));
            if (parsed.GetValue(json) is { } jsonFile) File.WriteAllText(jsonFile, $"{ExplanationJson.Write(explanation)}\n");
            if (parsed.GetValue(picture) is { } pictureFile) WritePicture(pictureFile, TimelinePicture.Draw(explanation, explainer.Contents));
            return 0;
        }));
        return command;
    }

    private static (string Entity, EventTime Start) Asked(string window, string? entity, PipelineDefinition pipeline)
    {
        if (EventTime.TryParse(window, out EventTime time))
            return entity is not null ? (entity, time) : throw new StreamPerceiverException("explain: --window is a time, expected --entity with it");
        if (WindowExplainer.ReadId(window, pipeline) is not { } id)
            throw new StreamPerceiverException(
                $"--window is '{window}', expected an RFC 3339 time, or an id such as {pipeline.Name}/ENTITY/1700000002000000000");
        if (entity is not null && entity != id.Entity) throw new StreamPerceiverException($"--entity is '{entity}', expected {id.Entity} as in --window");
        return id;
    }

    private static async Task<WindowExplanation> ExplainAsync(
        PipelineDefinition definition, WorkerSettings settings, IReadOnlyList<string> files, WindowExplainer explainer)
    {
        string[] errors = [.. RegistryCheck.Problems(definition, settings.SchemaRegistry)];
        if (errors.Length > 0) throw new StreamPerceiverException(string.Join(Environment.NewLine, errors));
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.UseConsole().SetMinimumLevel(LogLevel.Warning));
        using var registry = new RegistryOfSettings(settings.SchemaRegistry, logs, TimeProvider.System);
        var decoding = new DecodeOptions(settings.Decode.SlowAfterMs) { Schemas = registry.Schemas };
        IEnumerable<RecordedEvent> events = RecordingReader.ReadEvents(files, topics: ReplayRun.TopicsOf(definition, files));
        return await explainer.RunAsync(
            events, PreparationsOf(definition), settings.Memory.ShareOf(1), decoding).ConfigureAwait(false);
    }

    private static IReadOnlyList<InputTokens> TokensOf(WindowExplainer explainer, WindowExplanation explanation)
        => explainer.Tokens ?? throw new StreamPerceiverException($"--attention: the window {explanation.Id} gives no prediction, so no model reads it");

    // Alignment does not depend on them, but what a codec takes may.
    private static IReadOnlyDictionary<string, InputPreparation> PreparationsOf(PipelineDefinition definition)
        => Directory.Exists(definition.ModelDirectory) ? ModelCheck.Describe(definition).Preparations : new Dictionary<string, InputPreparation>();

    private static void WritePicture(string file, Drawing drawing)
    {
        if (Path.GetExtension(file) == ".svg") File.WriteAllText(file, SvgWriter.Write(drawing));
        else File.WriteAllBytes(file, PngWriter.Write(drawing));
    }
}
