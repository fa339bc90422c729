using System.Globalization;
using System.Text.Json.Nodes;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Training.Tests;

/// <summary>Holds pipelines/training.schema.json to what a recipe reads.</summary>
public sealed class RecipeSchemaTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(File.ReadAllText(RepositoryRoot.Path("pipelines", "training.schema.json")))!.AsObject();

    [Fact]
    public void The_schema_has_every_key_of_a_recipe_with_its_type_and_no_other()
        => KeysOfSchema(Schema, "").Where(k => k.Path != "$schema").Select(k => $"{k.Path}: {TypeOf(k.Schema)}").Order(StringComparer.Ordinal)
            .ShouldBe(KeysOfType(typeof(TrainingRecipe), "").Order(StringComparer.Ordinal));

    [Fact]
    public void Every_recipe_in_pipelines_is_read_and_editors_find_its_schema()
    {
        string[] files = Directory.GetFiles(RepositoryRoot.Path("pipelines", "training"), "*.json");

        files.ShouldNotBeEmpty();
        foreach (string file in files)
        {
            TrainingRecipe.Read(file).Steps.ShouldBeGreaterThan(0);
            File.ReadAllText(file).ShouldContain("\"$schema\": \"../training.schema.json\"");
        }
    }

    [Fact]
    public void Every_key_of_the_schema_says_what_it_means()
        => KeysOfSchema(Schema, "").Where(k => k.Schema["description"]?.GetValue<string>() is not { Length: > 10 }).Select(k => k.Path).ShouldBeEmpty();

    [Fact]
    public void The_defaults_of_the_schema_are_those_of_a_recipe()
    {
        JsonObject recipe = new TrainingRecipe().ToJson();

        foreach ((string path, JsonObject schema) in KeysOfSchema(Schema, "").Where(k => !k.Path.Contains('*', StringComparison.Ordinal)))
        {
            if (schema["default"] is not { } stated) continue;
            JsonNode? value = recipe;
            foreach (string name in path.Split('.')) value = value![name];
            JsonNode.DeepEquals(value, stated).ShouldBeTrue($"{path} is {value} by default");
        }
    }

    private static IEnumerable<(string Path, JsonObject Schema)> KeysOfSchema(JsonObject schema, string path)
    {
        foreach ((string name, JsonNode? key) in Resolve(schema)["properties"]?.AsObject() ?? [])
        {
            JsonObject own = key!.AsObject();
            yield return (path + name, own);
            foreach ((string Path, JsonObject Schema) inner in KeysOfSchema(own, $"{path}{name}.")) yield return inner;
            if (own["additionalProperties"] is JsonObject named)
                foreach ((string Path, JsonObject Schema) inner in KeysOfSchema(named, $"{path}{name}.*.")) yield return inner;
        }
    }

    private static JsonObject Resolve(JsonObject schema)
        => schema["$ref"]?.GetValue<string>() is { } reference ? Schema["$defs"]![reference["#/$defs/".Length..]]!.AsObject() : schema;

    private static string TypeOf(JsonObject schema)
        => schema["enum"] is JsonArray words ? string.Join('|', words.Select(w => w!.GetValue<string>())) : Resolve(schema)["type"]!.GetValue<string>();

    private static IEnumerable<string> KeysOfType(Type type, string path)
    {
        foreach ((string name, (Type own, _)) in RecipeForm.KeysOf(type))
        {
            Type bare = Nullable.GetUnderlyingType(own) ?? own;
            Type? named = RecipeForm.ItemOf(bare, typeof(IReadOnlyDictionary<,>));
            string kind = bare.IsEnum ? string.Join('|', RecipeForm.NamesOf(bare))
                : bare == typeof(int) ? "integer" : bare == typeof(double) ? "number" : bare == typeof(bool) ? "boolean" : bare == typeof(string) ? "string"
                : RecipeForm.ItemOf(bare, typeof(IReadOnlyList<>)) is not null ? "array" : "object";
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}{name}: {kind}");
            if (kind != "object") continue;
            foreach (string inner in named is null ? KeysOfType(bare, $"{path}{name}.") : named.IsPrimitive ? [] : KeysOfType(named, $"{path}{name}.*."))
                yield return inner;
        }
    }
}
