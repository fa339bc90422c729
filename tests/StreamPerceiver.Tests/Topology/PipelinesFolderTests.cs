using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StreamPerceiver.TestKit;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

/// <summary>Holds pipelines/: its files to the schema, and its README to the schema.</summary>
public sealed partial class PipelinesFolderTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(File.ReadAllText(RepositoryRoot.Path("pipelines", "pipeline.schema.json")))!.AsObject();

    public static TheoryData<string> Files => [.. Directory.GetFiles(RepositoryRoot.Path("pipelines"), "*.json")
        .Select(f => Path.GetFileName(f)).Where(f => !f.EndsWith(".schema.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_pipeline_is_valid_and_named_like_its_file(string file)
        => PipelineReader.Read(RepositoryRoot.Path("pipelines", file)).Name.ShouldBe(Path.GetFileNameWithoutExtension(file));

    [Theory]
    [MemberData(nameof(Files))]
    public void Editors_find_the_schema_of_every_pipeline(string file)
        => File.ReadAllText(RepositoryRoot.Path("pipelines", file)).ShouldContain("\"$schema\": \"pipeline.schema.json\"");

    [Fact]
    public void Every_key_of_the_schema_says_what_it_means()
        => Keys(Schema, "").Where(k => Description(k.Schema) is not { Length: > 10 }).Select(k => k.Path).ShouldBeEmpty();

    [Fact]
    public void The_readme_has_every_key_of_the_schema_and_no_other()
        => Rows().Keys.Order(StringComparer.Ordinal).ShouldBe(Keys(Schema, "").Select(k => k.Path).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void The_readme_says_of_every_key_the_default_or_that_it_is_required()
    {
        foreach ((string path, JsonObject schema, bool required) in Keys(Schema, ""))
        {
            string[] defaults = Rows()[path].Default.Split("; "); // one for each modality, where they differ
            if (Default(schema) is { } value) defaults.ShouldContain(value, path);
            else if (required) defaults.ShouldContain("required", path);
            else defaults.ShouldContain(d => d != "required", path);
        }
    }

    [Fact]
    public void The_readme_says_no_other_range_than_the_schema()
        => Keys(Schema, "")
            .Where(k => Said().Match(Rows()[k.Path].Meaning) is { Success: true } said && said.Value != $"{k.Schema["minimum"]} to {k.Schema["maximum"]}")
            .Select(k => k.Path).ShouldBeEmpty();

    /// <summary>Meaning and default by key, of the rows that begin with a key, without the marks and commas that are there for the eye.</summary>
    private static Dictionary<string, (string Meaning, string Default)> Rows()
        => File.ReadLines(RepositoryRoot.Path("pipelines", "README.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|').Select(cell => ThousandsOrMark().Replace(cell, "").Trim()).ToArray())
            .ToDictionary(cells => cells[0], cells => (cells[1], cells[2]), StringComparer.Ordinal);

    /// <summary>The keys that hold a value, with their paths; where an author chooses the key, it is a name.</summary>
    private static IEnumerable<(string Path, JsonObject Schema, bool Required)> Keys(JsonObject schema, string path, params string[] shared)
        => Keys(schema, path, false, shared);

    private static IEnumerable<(string Path, JsonObject Schema, bool Required)> Keys(JsonObject schema, string path, bool required, params string[] shared)
    {
        JsonObject resolved = Resolved(schema);
        string[] must = [.. shared, .. (resolved["required"] as JsonArray ?? []).Select(r => r!.GetValue<string>())];
        IEnumerable<(string, JsonObject, bool)>[] below =
        [
            .. (resolved["properties"] as JsonObject ?? [])
            .Select(p => Keys(p.Value!.AsObject(), path.Length == 0 ? p.Key : $"{path}.{p.Key}", must.Contains(p.Key))),
            .. (resolved["oneOf"] as JsonArray ?? []).Select(kind => Keys(kind!.AsObject(), path, must)),
            .. resolved["additionalProperties"] is JsonObject named ? new[] { Keys(named, $"{path}.<name>") } : [],
        ];
        return below.Length > 0 ? below.SelectMany(k => k) : [(path, schema, required)];
    }

    private static string? Description(JsonObject schema) => (schema["description"] ?? Resolved(schema)["description"])?.GetValue<string>();

    private static string? Default(JsonObject schema) => (schema["default"] ?? Resolved(schema)["default"])?.ToString();

    private static JsonObject Resolved(JsonObject schema)
        => schema["$ref"] is { } reference ? Schema["$defs"]![reference.GetValue<string>()["#/$defs/".Length..]]!.AsObject() : schema;

    [GeneratedRegex(@"(?<=\d),(?=\d\d\d)|`")]
    private static partial Regex ThousandsOrMark();

    [GeneratedRegex(@"\d+ to \d+")]
    private static partial Regex Said();
}
