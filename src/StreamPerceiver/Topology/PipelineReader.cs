using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Topology;

/// <summary>Reads a file of <c>pipelines/</c>. All errors are given at once, each with file, key, value and what is allowed.</summary>
public static class PipelineReader
{
    private static readonly JsonSchema Schema = new(ReadSchema());

    /// <summary>The definition.</summary>
    /// <exception cref="PipelineException">The file is missing, is not JSON, or does not conform; says everything that is wrong.</exception>
    public static PipelineDefinition Read(string file)
    {
        JsonElement root;
        try
        {
            root = StrictJson.Parse(Encoding.UTF8.GetBytes(File.ReadAllText(file)), byHand: true).RootElement;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(file, [e.Message]);
        }
        catch (JsonException e)
        {
            throw new PipelineException(file, [$"not JSON: {e.Message}"]);
        }

        if (root.ValueKind != JsonValueKind.Object) throw new PipelineException(file, [JsonProblem.Wrong("$", root.GetRawText(), "an object")]);
        JsonObject document = JsonObject.Create(root)!;
        IReadOnlyList<string> errors = Schema.Check(document);
        if (errors.Count > 0) throw new PipelineException(file, errors);
        PipelineDefinition definition = Build(file, document);
        errors = PipelineRules.Check(definition);
        return errors.Count == 0 ? definition : throw new PipelineException(file, errors);
    }

    private static PipelineDefinition Build(string file, JsonObject root)
    {
        string name = Text(root, "name")!;
        JsonObject window = root["window"]!.AsObject(), topics = root["topics"]!.AsObject();
        long size = Nanoseconds(window, "sizeMs")!.Value;
        var plan = new WindowPlan(size, Nanoseconds(window, "hopMs") ?? size);
        long outOfOrderness = Nanoseconds(window, "outOfOrdernessMs") ?? 0;
        long idleAfter = Nanoseconds(window, "idleAfterMs") ?? 10 * EventTime.PerSecond;
        return new PipelineDefinition(
            name,
            file,
            new AlignOptions(plan, outOfOrderness, idleAfter),
            root["inputs"]!.AsObject().OrderBy(i => i.Key, StringComparer.Ordinal).Select(i => Input(i.Key, i.Value!.AsObject(), size)).ToArray(),
            Path.GetFullPath(Text(root, "model")!, Path.GetDirectoryName(Path.GetFullPath(file))!),
            root["outputs"]!.AsObject().ToDictionary(o => o.Key, o => Number(o.Value!.AsObject(), "topK") ?? 1, StringComparer.Ordinal),
            Text(topics, "predictions")!,
            Text(topics, "deadLetters") ?? $"{name}.dead-letters",
            Text(topics, "late"),
            Text(topics, "progress") ?? $"{name}.progress",
            Nanoseconds(window, "maxFutureMs") ?? 3600 * EventTime.PerSecond);
    }

    private static InputSpec Input(string name, JsonObject o, long windowNs) => Kind(name, o, windowNs) with { ClockOffsetNs = Nanoseconds(o, "clockOffsetMs") ?? 0 };

    private static InputSpec Kind(string name, JsonObject o, long windowNs)
    {
        string topic = Text(o, "topic")!;
        bool required = o["required"]?.GetValue<bool>() ?? false;
        switch (Text(o, "modality"))
        {
            case "video":
                int frames = Number(o, "frames")!.Value;
                long halfSlot = windowNs / (2 * frames);
                return new VideoSpec(
                    name, topic, required, Number(o, "width")!.Value, Number(o, "height")!.Value, frames, Nanoseconds(o, "toleranceMs") ?? halfSlot, Number(o, "patch")!.Value);
            case "audio":
                return new AudioSpec(name, topic, required, Number(o, "rateHz")!.Value, Number(o, "samplesPerPatch")!.Value);
            case "set":
                return new SetSpec(name, topic, required, Names(o, "channels"), Number(o, "slots")!.Value);
            case "text":
                return new TextSpec(name, topic, required, Number(o, "length")!.Value);
            default:
                int rate = Number(o, "rateHz")!.Value;
                var interpolation = Enum.Parse<Interpolation>(Text(o, "interpolation") ?? "linear", ignoreCase: true);
                return new SensorSpec(name, topic, required, Names(o, "channels"), rate, interpolation, Nanoseconds(o, "toleranceMs") ?? 2 * EventTime.PerSecond / rate);
        }
    }

    private static string? Text(JsonObject o, string key) => o[key]?.GetValue<string>();

    private static string[] Names(JsonObject o, string key) => o[key]!.AsArray().Select(n => n!.GetValue<string>()).ToArray();

    private static int? Number(JsonObject o, string key) => (int?)o[key]?.GetValue<double>();

    private static long? Nanoseconds(JsonObject o, string key) => o[key] is { } ms ? (long)Math.Round(ms.GetValue<double>() * EventTime.PerMillisecond) : null;

    private static string ReadSchema()
    {
        using Stream stream = typeof(PipelineReader).Assembly.GetManifestResourceStream("pipeline.schema.json")!;
        return new StreamReader(stream).ReadToEnd();
    }
}

/// <summary>A pipeline file that cannot be run.</summary>
public sealed class PipelineException(string file, IReadOnlyList<string> problems) : ProblemsException(file, problems);
