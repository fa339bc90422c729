using System.Text.Json;
using System.Text.Json.Nodes;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>
/// Reads one JSON object field by field. A field of the wrong kind is noted with its key path and value, and a fallback takes its place.
/// Reading goes on, so that all problems of a file are found together.
/// </summary>
internal sealed class JsonFields(JsonElement json, string path, List<string> problems)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    // A JsonElement searches all its properties for a name, and an object of labels may have a million of them.
    private readonly Dictionary<string, JsonElement> _fields = json.EnumerateObject().ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);

    public int Int(string name, int fallback)
    {
        if (!Find(name, out JsonElement value))
            return fallback;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number))
            return number;
        return Wrong(name, value, "a whole number", fallback);
    }

    public int RequiredInt(string name)
    {
        const int Harmless = 1;
        return Require(name, "a whole number") ? Int(name, Harmless) : Harmless;
    }

    /// <summary>Reads a number that must be there.</summary>
    public double RequiredNumber(string name)
    {
        const double Harmless = 1;
        if (!Require(name, "a number")) return Harmless;
        Find(name, out JsonElement value);
        return value.ValueKind == JsonValueKind.Number ? value.GetDouble() : Wrong(name, value, "a number", Harmless);
    }

    /// <summary>Reads a number that may be missing or null.</summary>
    public int? OptionalInt(string name) => Find(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? Int(name, 1) : null;

    public bool Bool(string name, bool fallback)
    {
        if (!Find(name, out JsonElement value))
            return fallback;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : Wrong(name, value, "true or false", fallback);
    }

    public string Text(string name, string fallback)
    {
        if (!Find(name, out JsonElement value))
            return fallback;
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : Wrong(name, value, "a text", fallback);
    }

    public string RequiredText(string name)
    {
        const string Harmless = "?";
        return Require(name, "a text") ? Text(name, Harmless) : Harmless;
    }

    /// <summary>Reads a text that must be one of the allowed ones.</summary>
    public string OneOf(string name, string fallback, params string[] allowed)
    {
        string text = Text(name, fallback);
        if (!allowed.Contains(text, StringComparer.Ordinal))
            problems.Add(JsonProblem.Wrong(path + name, $"\"{text}\"", string.Join(" or ", allowed.Select(a => $"\"{a}\""))));
        return text;
    }

    /// <summary>Reads a text that must be one of the allowed ones; null where it is missing or null.</summary>
    public string? OptionalOneOf(string name, params string[] allowed)
        => Find(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? OneOf(name, allowed[0], allowed) : null;

    public IReadOnlyList<int>? Ints(string name)
    {
        if (!Find(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number && v.TryGetInt32(out _)))
            return [.. value.EnumerateArray().Select(v => v.GetInt32())];
        return Wrong<IReadOnlyList<int>?>(name, value, "a list of whole numbers", null);
    }

    public IReadOnlyList<double>? Numbers(string name)
    {
        if (!Find(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number))
            return [.. value.EnumerateArray().Select(v => v.GetDouble())];
        return Wrong<IReadOnlyList<double>?>(name, value, "a list of numbers", null);
    }

    public IReadOnlyList<string>? Texts(string name)
    {
        if (!Find(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String))
            return [.. value.EnumerateArray().Select(v => v.GetString()!)];
        return Wrong<IReadOnlyList<string>?>(name, value, "a list of texts", null);
    }

    public IReadOnlyList<string> RequiredTexts(string name)
    {
        string[] harmless = ["?"];
        return Require(name, "a list of texts") ? Texts(name) ?? harmless : harmless;
    }

    /// <summary>Returns the fields of an object; null where the object is missing.</summary>
    public JsonFields? Object(string name)
    {
        if (!Find(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Object
            ? new JsonFields(value, $"{path}{name}.", problems)
            : Wrong<JsonFields?>(name, value, "an object", null);
    }

    /// <summary>Returns the fields of an object that must be there; null where it is not.</summary>
    public JsonFields? RequiredObject(string name)
    {
        if (!Require(name, "an object")) return null;
        Find(name, out JsonElement value);
        return value.ValueKind == JsonValueKind.Object
            ? new JsonFields(value, $"{path}{name}.", problems)
            : Wrong<JsonFields?>(name, value, "an object", null);
    }

    /// <summary>Copies the object, with the fields that were not read.</summary>
    public JsonObject ToNode() => JsonObject.Create(json.Clone())!;

    public IEnumerable<string> Names => _fields.Keys;

    /// <summary>Notes a problem of a field: what was found, and what was expected.</summary>
    public void Problem(string name, string text) => problems.Add($"{path}{name} {text}");

    /// <summary>Notes every key that was not read, since it may be a misspelt setting.</summary>
    public void ReportUnknown()
    {
        foreach (string name in Names.Where(n => !_asked.Contains(n)))
            problems.Add(JsonProblem.Unknown(path + name, _asked.Order(StringComparer.Ordinal)));
    }

    private bool Find(string name, out JsonElement value)
    {
        _asked.Add(name);
        return _fields.TryGetValue(name, out value);
    }

    private bool Require(string name, string kind)
    {
        bool found = Find(name, out _);
        if (!found)
            problems.Add(JsonProblem.Missing(path + name, kind));
        return found;
    }

    private T Wrong<T>(string name, JsonElement value, string allowed, T fallback)
    {
        problems.Add(JsonProblem.Wrong(path + name, value.GetRawText(), allowed));
        return fallback;
    }
}
