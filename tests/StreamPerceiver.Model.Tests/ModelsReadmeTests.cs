using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace StreamPerceiver.Model.Tests;

/// <summary>Holds the page about models to the keys that config.json may have.</summary>
public sealed class ModelsReadmeTests
{
    private static readonly string[] InputKinds = ["image", "video", "audio", "series", "one_hot", "text", "set", "points"];
    private static readonly string[] OutputKinds = ["classification", "mean", "values", "video", "audio", "text", "dense", "entities"];

    private static readonly string[][] Rows =
    [
        .. File.ReadLines(Path.Combine(Here(), "../../pipelines/models/README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim(' ', '`')).ToArray()),
    ];

    [Fact]
    public void Every_key_of_a_model_is_there_and_no_other()
    {
        string[] known = Known(new JsonObject { ["inputs"] = new JsonObject(), ["outputs"] = new JsonObject() }, "");

        Rows.Where(r => !r[0].Contains('.')).Select(r => r[0]).ShouldBe(known.Except(["inputs", "outputs"]), ignoreOrder: true);
    }

    [Fact]
    public void Every_key_of_an_input_is_there_with_the_kinds_that_have_it() => ShouldSay("inputs", InputKinds);

    [Fact]
    public void Every_key_of_an_output_is_there_with_the_kinds_that_have_it() => ShouldSay("outputs", OutputKinds);

    private static void ShouldSay(string group, string[] kinds)
    {
        Dictionary<string, string[]> said = Rows.Where(r => r[0].StartsWith($"{group}.", StringComparison.Ordinal))
            .ToDictionary(
                r => r[0].Split('.')[2], r => r[1] switch { "all" => kinds, "all but mean" => [.. kinds.Except(["mean"])], var list => list.Split(", ") });
        foreach (string kind in kinds)
        {
            JsonObject thing = new() { ["type"] = kind };
            string[] known = Known(new JsonObject { [group] = new JsonObject { ["x"] = thing } }, $"{group}.x.");

            said.Where(s => s.Value.Contains(kind)).Select(s => s.Key).ShouldBe(known, ignoreOrder: true, kind);
        }
    }

    // A key that is not known is refused with those that are.
    private static string[] Known(JsonObject config, string path)
    {
        JsonObject at = path.Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate(config, (json, key) => json[key]!.AsObject());
        at["no_such_key"] = 1;
        config["model_type"] = "stream_perceiver";
        IReadOnlyList<string> problems = Should.Throw<ConfigException>(() => ConfigFile.Parse(config.ToJsonString(), "x")).Problems;
        string prefix = $"{path}no_such_key is not a known key, expected one of ";
        return problems.Single(p => p.StartsWith(prefix, StringComparison.Ordinal))[prefix.Length..].Split(", ");
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
