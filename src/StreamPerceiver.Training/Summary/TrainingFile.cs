using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>Reads and writes <c>training.json</c>, which stands beside the weights of a trained model.</summary>
public static class TrainingFile
{
    /// <summary>Name of the file in a model directory.</summary>
    public const string Name = "training.json";

    // A file of another format is refused, since its keys may mean something else.
    private const int Format = 1;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes the summary of a training to a model directory. The file is whole at any time.</summary>
    /// <exception cref="TrainingException">The disk is full, or away.</exception>
    public static void Write(string directory, TrainingSummary summary)
    {
        var json = new JsonObject
        {
            ["format"] = Format,
            ["pipeline"] = summary.Pipeline,
            ["windowMs"] = summary.WindowMs,
            ["hopMs"] = summary.HopMs,
            ["seed"] = summary.Seed,
            ["steps"] = summary.Steps,
            ["bestStep"] = summary.BestStep,
            ["labels"] = new JsonObject(summary.Labels.Select(
                o => KeyValuePair.Create<string, JsonNode?>(o.Key, new JsonArray([.. o.Value.Select(label => (JsonNode)label)])))),
            ["training"] = SetOf(summary.Training),
            ["validation"] = SetOf(summary.Validation),
            ["loss"] = summary.Loss,
            ["accuracies"] = new JsonObject(summary.Accuracies.OrderBy(a => a.Key, StringComparer.Ordinal)
                .Select(a => KeyValuePair.Create<string, JsonNode?>(a.Key, a.Value))),
            ["recipe"] = summary.Recipe.DeepClone(),
        };
        string file = Path.Combine(directory, Name);
        try
        {
            AtomicFile.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes($"{json.ToJsonString(Indented)}\n")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{file}: {e.Message}", e);
        }
    }

    /// <summary>Writes how many steps the training has done, where the folder has a model of it.</summary>
    /// <exception cref="TrainingException">The file is damaged, or the disk is full or away.</exception>
    public static void SetSteps(string directory, long steps)
    {
        if (Read(directory) is { } summary) Write(directory, summary with { Steps = (int)steps });
    }

    /// <summary>Reads the summary of a model directory; null: the model has none.</summary>
    /// <exception cref="TrainingException">The file is damaged. A line a problem: the file, the key, the value and what is expected.</exception>
    public static TrainingSummary? Read(string directory)
    {
        string file = Path.Combine(directory, Name);
        if (!File.Exists(file)) return null;
        List<string> problems = [];
        TrainingSummary? summary = null;
        try
        {
            using JsonDocument document = StrictJson.Parse(File.ReadAllBytes(file));
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object) summary = Read(new JsonFields(root, "", problems));
            else problems.Add(JsonProblem.Wrong("$", root.GetRawText(), "an object"));
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{file}: {(e is JsonException ? "not JSON: " : "")}{e.Message}", e);
        }

        return problems.Count == 0 ? summary : throw new TrainingException(string.Join(Environment.NewLine, problems.Select(p => $"{file}: {p}")));
    }

    private static TrainingSummary? Read(JsonFields fields)
    {
        if (fields.RequiredInt("format") is var format && format != Format)
        {
            fields.Problem("format", $"is {format}, expected {Format}");
            return null;
        }

        var summary = new TrainingSummary(
            fields.RequiredText("pipeline"), fields.RequiredNumber("windowMs"), fields.RequiredNumber("hopMs"),
            fields.RequiredObject("recipe")?.ToNode() ?? [], fields.RequiredInt("seed"), LabelsIn(fields.RequiredObject("labels")),
            SetIn(fields.RequiredObject("training")), SetIn(fields.RequiredObject("validation")))
        {
            Steps = fields.RequiredInt("steps"),
            BestStep = fields.RequiredInt("bestStep"),
            Loss = fields.RequiredNumber("loss"),
            Accuracies = NumbersIn(fields.RequiredObject("accuracies")),
        };
        fields.ReportUnknown();
        return summary;
    }

    private static JsonObject SetOf(WindowSet set) => new() { ["windows"] = set.Windows, ["entities"] = set.Entities, ["hash"] = set.Hash };

    private static WindowSet SetIn(JsonFields? fields)
    {
        if (fields is null) return new WindowSet(0, 0, "");
        var set = new WindowSet(fields.RequiredInt("windows"), fields.RequiredInt("entities"), fields.RequiredText("hash"));
        fields.ReportUnknown();
        return set;
    }

    private static Dictionary<string, IReadOnlyList<string>> LabelsIn(JsonFields? fields)
        => fields?.Names.ToDictionary(name => name, fields.RequiredTexts, StringComparer.Ordinal) ?? [];

    private static Dictionary<string, double> NumbersIn(JsonFields? fields)
        => fields?.Names.ToDictionary(name => name, fields.RequiredNumber, StringComparer.Ordinal) ?? [];
}
