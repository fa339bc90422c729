using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Topology;

/// <summary>
/// Checks a JSON value against a schema, and lists all violations at once. A violation has its path, the value found, and the allowed values. Supports the
/// part of JSON Schema 2020-12 that our schemas use, and throws for any other keyword.
/// </summary>
public sealed class JsonSchema
{
    private static readonly HashSet<string> Known =
    [
        "$schema", "title", "description", "default", "$defs", "$ref", "type", "properties", "required", "additionalProperties", "minProperties",
        "oneOf", "const", "enum", "minimum", "exclusiveMinimum", "maximum", "minLength", "pattern", "items", "minItems", "maxItems", "uniqueItems",
    ];

    private readonly JsonObject _root;

    /// <summary>Parses the text of a schema.</summary>
    /// <exception cref="NotSupportedException">It has a keyword that is not supported, in any of its parts.</exception>
    public JsonSchema(string text)
    {
        _root = JsonNode.Parse(text)!.AsObject();
        RequireKnown(_root);
    }

    /// <summary>Returns every violation, in the order of the document. The list is empty when the document conforms.</summary>
    public IReadOnlyList<string> Check(JsonNode? document)
    {
        List<string> errors = [];
        Check(document, _root, "$", errors);
        return errors;
    }

    private static void RequireKnown(JsonObject schema)
    {
        if (schema.FirstOrDefault(k => !Known.Contains(k.Key)).Key is { } unknown) throw new NotSupportedException($"schema keyword {unknown}");
        IEnumerable<JsonNode?> parts =
        [
            .. (schema["properties"] as JsonObject ?? []).Select(part => part.Value), .. (schema["$defs"] as JsonObject ?? []).Select(part => part.Value),
            .. schema["oneOf"] as JsonArray ?? [], schema["items"], schema["additionalProperties"],
        ];
        foreach (JsonObject part in parts.OfType<JsonObject>()) RequireKnown(part);
    }

    private void Check(JsonNode? node, JsonObject schema, string path, List<string> errors)
    {
        if (schema["$ref"] is { } reference) Check(node, _root["$defs"]![reference.GetValue<string>()["#/$defs/".Length..]]!.AsObject(), path, errors);
        if (schema["type"]?.GetValue<string>() is { } type && !IsA(type, node))
        {
            errors.Add(JsonProblem.Wrong(path, Show(node), WithArticle(type) + Range(schema)));
            return;
        }

        if (schema["const"] is { } constant && !JsonNode.DeepEquals(node, constant)) errors.Add($"{path} is {Show(node)}, expected {Show(constant)}");
        if (schema["enum"] is JsonArray allowed && !allowed.Any(a => JsonNode.DeepEquals(a, node)))
            errors.Add($"{path} is {Show(node)}, expected one of {string.Join(", ", allowed.Select(Show))}");
        switch (node)
        {
            case JsonObject o:
                CheckObject(o, schema, path, errors);
                break;
            case JsonArray a:
                CheckArray(a, schema, path, errors);
                break;
            case JsonValue v:
                CheckValue(v, schema, path, errors);
                break;
        }
    }

    private void CheckObject(JsonObject o, JsonObject schema, string path, List<string> errors)
    {
        foreach (JsonNode? name in schema["required"] as JsonArray ?? [])
            if (!o.ContainsKey(name!.GetValue<string>()))
                errors.Add($"{path}.{name} is missing{Hint(schema["properties"]?[name.GetValue<string>()] as JsonObject)}");
        if (schema["minProperties"] is { } least && o.Count < least.GetValue<int>()) errors.Add($"{path} has {o.Count} entries, expected at least {least}");

        if (schema["oneOf"] is JsonArray kinds)
        {
            CheckOneOf(o, kinds, path, errors);
            return;
        }

        var properties = schema["properties"] as JsonObject;
        foreach ((string name, JsonNode? value) in o)
        {
            if (properties?[name] is JsonObject own) Check(value, own, $"{path}.{name}", errors);
            else if (schema["additionalProperties"] is JsonObject other) Check(value, other, $"{path}.{name}", errors);
            else if (schema["additionalProperties"] is JsonValue allowed && !allowed.GetValue<bool>())
                errors.Add(JsonProblem.Unknown($"{path}.{name}", properties?.Select(p => p.Key) ?? []));
        }
    }

    /// <summary>
    /// Checks an object against the one kind that it names. Each kind has a property with a constant of its own: the tag. The tag of one may be a default.
    /// </summary>
    private void CheckOneOf(JsonObject o, JsonArray kinds, string path, List<string> errors)
    {
        string tag = kinds[0]!["properties"]!.AsObject().First(p => p.Value!["const"] is not null).Key;
        JsonNode? value = o.ContainsKey(tag) ? o[tag] : kinds.Select(k => k!["properties"]![tag]!["default"]).FirstOrDefault(d => d is not null);
        if (value is null && !o.ContainsKey(tag)) return; // the check of required keys has reported it
        JsonNode? named = kinds.FirstOrDefault(k => JsonNode.DeepEquals(k!["properties"]![tag]!["const"], value));
        if (named is not null) Check(o, named.AsObject(), path, errors);
        else errors.Add($"{path}.{tag} is {Show(o[tag])}, expected one of {string.Join(", ", kinds.Select(k => Show(k!["properties"]![tag]!["const"])))}");
    }

    private void CheckArray(JsonArray a, JsonObject schema, string path, List<string> errors)
    {
        if (schema["minItems"] is { } least && a.Count < least.GetValue<int>()) errors.Add($"{path} has {a.Count} items, expected at least {least}");
        if (schema["maxItems"] is { } most && a.Count > most.GetValue<int>()) errors.Add($"{path} has {a.Count} items, expected at most {most}");
        for (int i = 0; i < a.Count; i++)
        {
            if (schema["items"] is JsonObject item) Check(a[i], item, $"{path}[{i}]", errors);
            bool isRepeated = schema["uniqueItems"]?.GetValue<bool>() == true && a.Take(i).Any(b => JsonNode.DeepEquals(a[i], b));
            if (isRepeated) errors.Add($"{path}[{i}] is {Show(a[i])} again");
        }
    }

    private static void CheckValue(JsonValue v, JsonObject schema, string path, List<string> errors)
    {
        bool inRange = v.GetValueKind() != JsonValueKind.Number
            || ((schema["minimum"] is not { } least || v.GetValue<double>() >= least.GetValue<double>())
                && (schema["exclusiveMinimum"] is not { } below || v.GetValue<double>() > below.GetValue<double>())
                && (schema["maximum"] is not { } most || v.GetValue<double>() <= most.GetValue<double>()));
        if (!inRange) errors.Add($"{path} is {Show(v)}, expected{Range(schema)}");
        if (v.GetValueKind() != JsonValueKind.String) return;
        string text = v.GetValue<string>();
        if (schema["minLength"] is { } shortest && text.Length < shortest.GetValue<int>())
            errors.Add($"{path} is {Show(v)}, expected at least {shortest} characters");
        if (schema["pattern"]?.GetValue<string>() is { } pattern && !Matches(text, pattern)) errors.Add($"{path} is {Show(v)}, expected a match of {pattern}");
    }

    // In a schema (ECMA-262), $ matches only at the end. In .NET it also matches before a last line break.
    private static bool Matches(string text, string pattern) => Regex.IsMatch(text, pattern.EndsWith('$') ? $"{pattern[..^1]}\\z" : pattern);

    private static bool IsA(string type, JsonNode? node) => (type, node?.GetValueKind()) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or ("number", JsonValueKind.Number) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => double.IsInteger(node!.GetValue<double>()),
        _ => false,
    };

    private static string WithArticle(string type) => type is "object" or "array" or "integer" ? $"an {type}" : $"a {type}";

    private static string Range(JsonObject schema) => (schema["minimum"], schema["maximum"]) switch
    {
        ({ } least, { } most) => $" {least} to {most}",
        ({ } least, null) => $" {least} or more",
        (null, { } most) => $" {most} or less",
        _ => schema["exclusiveMinimum"] is { } below ? $" above {below}" : "",
    };

    private static string Hint(JsonObject? schema) => schema?["type"]?.GetValue<string>() is { } type ? $", expected {WithArticle(type)}{Range(schema)}" : "";

    private static string Show(JsonNode? node) => JsonProblem.Shorten(node?.ToJsonString() ?? "null");
}
