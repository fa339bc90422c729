using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>Reads and writes config.json: Hugging Face's, or our own where "model_type" is "stream_perceiver".</summary>
public static class ConfigFile
{
    /// <summary>Name of the file in a model directory.</summary>
    public const string Name = "config.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Reads and checks the config.json of a model directory.</summary>
    /// <exception cref="ConfigException">Lists all problems, each with its key path, value and allowed values.</exception>
    public static PerceiverConfig Read(string directory) => Directory.Exists(directory)
        ? ReadFile(Path.Combine(directory, Name))
        : throw new ConfigException(directory, [$"is {(File.Exists(directory) ? "a file" : "not there")}, expected a model directory: {Name} and weights"]);

    /// <summary>Reads and checks a config.json.</summary>
    /// <exception cref="ConfigException">Lists all problems, each with its key path, value and allowed values.</exception>
    public static PerceiverConfig ReadFile(string file)
    {
        if (FileKind.Problem(file, "a model's JSON", FileKind.Json) is string problem)
            throw new ConfigException(file, [problem]);
        return Parse(File.ReadAllText(file), file);
    }

    /// <summary>Reads and checks the text of a config.json.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">The file, or another source, for messages.</param>
    /// <exception cref="ConfigException">Lists all problems, each with its key path, value and allowed values.</exception>
    public static PerceiverConfig Parse(string json, string source)
    {
        using JsonDocument document = OpenObject(json, source);
        List<string> problems = [];
        JsonFields fields = new(document.RootElement, "", problems);
        string family = fields.OneOf("model_type", HuggingFaceConfig.ModelType, HuggingFaceConfig.ModelType, StreamPerceiverConfig.ModelType);
        PerceiverConfig? config = null;
        if (problems.Count == 0)
            config = family == StreamPerceiverConfig.ModelType ? StreamPerceiverConfig.Read(fields) : HuggingFaceConfig.Read(fields);

        // A number of the wrong kind was replaced by its default. Its range can still be checked, but not clashes with other numbers.
        if (config is not null)
            problems.AddRange(problems.Count == 0 ? ConfigRules.Problems(config) : ConfigRules.Ranges(config));

        // A field that determines two sizes is read twice, and its problem is then listed twice.
        return problems.Count == 0 ? config! : throw new ConfigException(source, [.. problems.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Makes the text of a config.json that reads back as this configuration.</summary>
    public static string Format(PerceiverConfig config)
    {
        config.Validate();
        JsonObject json = config.Architecture == PerceiverArchitecture.StreamPerceiver ? StreamPerceiverConfig.Write(config) : HuggingFaceConfig.Write(config);
        return json.ToJsonString(Indented) + "\n";
    }

    /// <summary>Writes the config.json of a model directory.</summary>
    /// <exception cref="ConfigException">The sizes clash.</exception>
    public static void Write(string directory, PerceiverConfig config) =>
        AtomicFile.Write(Path.Combine(directory, Name), stream => stream.Write(Encoding.UTF8.GetBytes(Format(config))));

    /// <summary>Parses a text that holds one JSON object.</summary>
    /// <exception cref="ConfigException">The text holds something else.</exception>
    internal static JsonDocument OpenObject(string json, string source)
    {
        try
        {
            JsonDocument document = StrictJson.Parse(Encoding.UTF8.GetBytes(json));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw new ConfigException(source, [JsonProblem.Wrong("$", document.RootElement.GetRawText(), "an object")]);
        }
        catch (JsonException e)
        {
            throw new ConfigException(source, [$"not JSON: {e.Message}"], e);
        }
    }
}
