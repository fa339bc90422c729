using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Modalities;
using StreamPerceiver.Outputs;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Topology;

/// <summary>Reads pipeline files. All errors of a file are reported at once, each with the file, the key, the value and the allowed values.</summary>
public static class PipelineReader
{
    private static readonly JsonSchema Schema = new(ReadSchema());

    /// <summary>Reads the definition of a pipeline from its file.</summary>
    /// <exception cref="PipelineException">The file is missing, is not JSON, or does not conform. The message lists all errors.</exception>
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
        if (errors.Count == 0) errors = [.. Sections(document, "inputs").SelectMany(i => TimeSourceErrors(i.Name, i.Json))];
        if (errors.Count > 0) throw new PipelineException(file, errors);
        PipelineDefinition definition = Build(file, document);
        errors = PipelineRules.Check(definition);
        return errors.Count == 0 ? definition : throw new PipelineException(file, errors);
    }

    private static PipelineDefinition Build(string file, JsonObject root)
    {
        string name = Text(root, "name")!, folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        JsonObject window = root["window"]!.AsObject(), topics = root["topics"]!.AsObject();
        long size = InputSection.Nanoseconds(window, "sizeMs")!.Value;
        var plan = new WindowPlan(size, InputSection.Nanoseconds(window, "hopMs") ?? size);
        long outOfOrderness = InputSection.Nanoseconds(window, "outOfOrdernessMs") ?? 0;
        long idleAfter = InputSection.Nanoseconds(window, "idleAfterMs") ?? 10 * EventTime.PerSecond;
        return new PipelineDefinition(
            name,
            file,
            new AlignOptions(plan, outOfOrderness, idleAfter, InputSection.Nanoseconds(window, "entityIdleAfterMs") ?? 6 * idleAfter),
            Sections(root, "inputs").Select(i => ReadInput(new InputSection(i.Name, i.Json, size, folder))).ToArray(),
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(Text(root, "model")!, folder)), // so that a directory has one name
            Sections(root, "outputs").Select(o => OutputKinds.Read(new OutputSection(o.Name, o.Json, size))).ToArray(),
            Text(topics, "predictions")!,
            Text(topics, "deadLetters") ?? $"{name}.dead-letters",
            Text(topics, "late"),
            Text(topics, "progress") ?? $"{name}.progress",
            InputSection.Nanoseconds(window, "flushAfterMs") ?? 6 * idleAfter,
            InputSection.Nanoseconds(window, "maxFutureMs") ?? 3600 * EventTime.PerSecond)
        {
            Format = Enum.Parse<SchemaKind>(Text(topics, "format") ?? "json", ignoreCase: true),
            IsStructured = Text(topics, "envelope") == "structured",
            Keys = Text(root, "key") is { } format ? EntityKey.Formats[format] : KeyFormat.Utf8,
        };
    }

    private static IEnumerable<(string Name, JsonObject Json)> Sections(JsonObject root, string key)
        => root[key]!.AsObject().OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => (s.Key, s.Value!.AsObject()));

    private static IEnumerable<string> TimeSourceErrors(string input, JsonObject json)
    {
        if (json["eventTime"] is not JsonObject source) yield break;
        string[] places = [.. source.Select(p => p.Key).Where(key => key != "format")];
        if (places.Length != 1)
            yield return $"$.inputs.{input}.eventTime has {(places.Length == 0 ? "no place" : string.Join(" and ", places))}, "
                + "expected one of header, field and timestamp";
    }

    private static EventTimeSource ReadTimeSource(JsonObject json)
    {
        TimeFormat format = Enum.Parse<TimeFormat>(Text(json, "format") ?? "rfc3339", ignoreCase: true);
        return Text(json, "header") is { } header ? new EventTimeSource(EventTimeKind.Header, header, format)
            : Text(json, "field") is { } field ? new EventTimeSource(EventTimeKind.Field, field, format)
            : new EventTimeSource(EventTimeKind.Timestamp, "", format);
    }

    private static InputSpec ReadInput(InputSection section)
    {
        InputSpec input = InputModalities.Readers[section.RequiredText("modality")](section);
        return input with
        {
            ClockOffsetNs = section.Nanoseconds("clockOffsetMs") ?? 0,
            TimeSource = section.Json["eventTime"] is JsonObject source ? ReadTimeSource(source) : EventTimeSource.Default,
            MaxSpanNs = section.Nanoseconds("maxSpanMs") ?? Math.Max(section.WindowNs, 60 * EventTime.PerSecond),
            DefaultContentType = section.Text("contentType") ?? input.DefaultContentType,
            IsTable = section.Flag("table"),
            Where = section.Json["where"] is JsonObject where ? new Where(Text(where, "header"), Text(where, "field"), Text(where, "is")!) : null,
        };
    }

    private static string? Text(JsonObject o, string key) => o[key]?.GetValue<string>();

    private static string ReadSchema()
    {
        using Stream stream = typeof(PipelineReader).Assembly.GetManifestResourceStream("pipeline.schema.json")!;
        return new StreamReader(stream).ReadToEnd();
    }
}

/// <summary>Thrown when a pipeline file cannot be run. The message lists all problems, each with the file.</summary>
public sealed class PipelineException(string file, IReadOnlyList<string> problems) : ProblemsException(file, problems);
