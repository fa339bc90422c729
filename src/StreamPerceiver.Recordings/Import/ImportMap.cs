using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamPerceiver.Formats;
using StreamPerceiver.Recordings.Ros.Payloads;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Recordings.Import;

/// <summary>Names which topics of a bag are imported, and as what: a JSON file with the schema <c>pipelines/rosbag-map.schema.json</c>.</summary>
public sealed class ImportMap
{
    private static readonly JsonSchema Schema = new(ReadSchema());

    private readonly KeyLines _lines;

    private ImportMap(string file, IReadOnlyList<ImportRule> rules, KeyLines lines) => (File, Rules, _lines) = (file, rules, lines);

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The entries, in the order of the file. The first that a topic matches is for it.</summary>
    internal IReadOnlyList<ImportRule> Rules { get; }

    /// <summary>Makes an exception of problems that begin with the path of a key. Each gets the line of that key.</summary>
    internal ImportMapException Wrong(IEnumerable<string> problems) => new(File, [.. problems.Distinct().Select(_lines.AddLine)]);

    /// <summary>Reads a map from its file.</summary>
    /// <exception cref="ImportMapException">The file is missing, is not JSON, or does not conform. The message lists all errors.</exception>
    public static ImportMap Read(string file)
    {
        JsonElement root;
        byte[] text;
        try
        {
            text = Encoding.UTF8.GetBytes(System.IO.File.ReadAllText(file));
            root = StrictJson.Parse(text, byHand: true).RootElement;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportMapException(file, [e.Message]);
        }
        catch (JsonException e)
        {
            throw new ImportMapException(file, [$"not JSON: {e.Message}"]);
        }

        if (root.ValueKind != JsonValueKind.Object) throw new ImportMapException(file, [JsonProblem.Wrong("$", root.GetRawText(), "an object")]);
        JsonObject document = JsonObject.Create(root)!;
        var lines = new KeyLines(text);
        IReadOnlyList<string> errors = Schema.Check(document);
        if (errors.Count > 0) throw new ImportMapException(file, [.. errors.Select(lines.AddLine)]);
        ImportRule[] rules = [.. document["topics"]!.AsObject().Select(entry => ReadRule(entry.Key, entry.Value!.AsObject()))];
        errors = [.. rules.SelectMany(Problems), .. CountProblems(rules)];
        return errors.Count == 0 ? new ImportMap(file, rules, lines) : throw new ImportMapException(file, [.. errors.Select(lines.AddLine)]);
    }

    private static ImportRule ReadRule(string name, JsonObject json) => new(
        name,
        json["topic"]!.GetValue<string>(),
        Text(json, "entity"),
        Text(json, "entityField"),
        (int?)json["partitions"]?.GetValue<double>() ?? 1,
        new PayloadWish(
            json["fields"]?.AsObject().Select(f => KeyValuePair.Create(f.Key, f.Value!.GetValue<string>())).ToArray(),
            Text(json, "array"),
            Text(json, "text"),
            Text(json, "bytes"),
            Text(json, "contentType")));

    private static IEnumerable<string> Problems(ImportRule rule)
    {
        string path = $"$.topics.{rule.Name}";
        if (TopicPattern.Problem(rule.Name) is { } wrong)
        {
            yield return $"{path} {wrong}";
            yield break;
        }

        foreach ((string key, string? text) in new[] { ("topic", rule.Topic), ("entity", rule.Entity) })
            if (text is not null && rule.Pattern.ProblemOf(text) is { } problem)
                yield return $"{path}.{key} {problem}";
        if (rule.Entity is null == rule.EntityField is null)
            yield return $"{path} has {(rule.Entity is null ? "no entity" : "entity and entityField")}, expected one of entity and entityField";
        PayloadWish wish = rule.Wish;
        string[] ways = [.. new[] { ("fields", wish.Fields as object), ("array", wish.Array), ("text", wish.Text), ("bytes", wish.Bytes) }
            .Where(way => way.Item2 is not null).Select(way => way.Item1)];
        if (ways.Length > 1) yield return $"{path} has {string.Join(" and ", ways)}, expected one of fields, array, text and bytes";
    }

    private static IEnumerable<string> CountProblems(ImportRule[] rules)
        => rules.GroupBy(r => r.Topic, r => r.Partitions, StringComparer.Ordinal).Where(same => same.Distinct().Count() > 1)
            .Select(same => $"$.topics: the entries for {same.Key} have {string.Join(" and ", same.Distinct())} partitions, expected one number");

    private static string? Text(JsonObject json, string key) => json[key]?.GetValue<string>();

    private static string ReadSchema()
    {
        using Stream stream = typeof(ImportMap).Assembly.GetManifestResourceStream("rosbag-map.schema.json")!;
        return new StreamReader(stream, Encoding.UTF8).ReadToEnd();
    }
}

/// <summary>An entry of a map.</summary>
/// <param name="Name">The topics of the bag: a name or a pattern.</param>
/// <param name="Topic">The topic at Kafka.</param>
/// <param name="Entity">The entity; null: a field has it.</param>
/// <param name="EntityField">The path of the field that has the entity.</param>
/// <param name="Partitions">The partitions of the topic at Kafka.</param>
/// <param name="Wish">What messages become.</param>
internal sealed record ImportRule(string Name, string Topic, string? Entity, string? EntityField, int Partitions, PayloadWish Wish)
{
    /// <summary>The pattern that the name is.</summary>
    public TopicPattern Pattern { get; } = new(Name);
}

/// <summary>Thrown when a map cannot be used. The message lists all problems, each with the file.</summary>
public sealed class ImportMapException(string file, IReadOnlyList<string> problems) : ProblemsException(file, problems);
