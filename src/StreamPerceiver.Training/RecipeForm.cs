using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Training;

/// <summary>
/// The JSON of a recipe: keys in camel case, comments allowed. It is checked against the types of the options, so that all problems come at once.
/// </summary>
internal static class RecipeForm
{
    /// <summary>How options are written.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Parses a text whose keys and types are those of an options type. The key <c>$schema</c>, which editors read, is left out.</summary>
    /// <exception cref="JsonException">It is no JSON, or has a key twice.</exception>
    /// <param name="text">The text.</param>
    /// <param name="problems">Receives each key that is unknown, missing or of another type. With any, the result is null.</param>
    public static T? Parse<T>(string text, List<string> problems) where T : class
    {
        using JsonDocument document = JsonDocument.Parse(text, Lenient with { AllowDuplicateProperties = false });
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException($"it is {document.RootElement.ValueKind}, expected an object");
        JsonObject json = JsonObject.Create(document.RootElement)!;
        json.Remove("$schema");
        Check(json, typeof(T), "", problems);
        return problems.Count == 0 ? json.Deserialize<T>(Options) : null;
    }

    /// <summary>Lists the keys of an options type, with their types and whether they must be there.</summary>
    public static IReadOnlyDictionary<string, (Type Type, bool IsRequired)> KeysOf(Type type)
        => type.GetProperties().Where(p => p.SetMethod is not null).ToDictionary(
            p => JsonNamingPolicy.CamelCase.ConvertName(p.Name),
            p => (p.PropertyType, p.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute), inherit: false)), StringComparer.Ordinal);

    /// <summary>The type of the values of a dictionary or of the items of a list; null: the type is none.</summary>
    public static Type? ItemOf(Type type, Type kind)
        => type.IsGenericType && type.GetGenericTypeDefinition() == kind ? type.GetGenericArguments()[^1] : null;

    /// <summary>Lists the names that the values of an enumeration have in JSON.</summary>
    public static IEnumerable<string> NamesOf(Type type) => Enum.GetValues(type).Cast<object>().Select(value => NameOf(value));

    /// <summary>Finds the name of a value of an enumeration in JSON.</summary>
    public static string NameOf(object value) => JsonSerializer.SerializeToNode(value, Options)!.GetValue<string>();

    private static void Check(JsonNode? node, Type type, string path, List<string> problems)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (ItemOf(type, typeof(IReadOnlyDictionary<,>)) is { } value)
        {
            if (RequireObject(node, path, problems) is { } members)
                foreach ((string name, JsonNode? member) in members) Check(member, value, $"{path}.{name}", problems);
        }
        else if (ItemOf(type, typeof(IReadOnlyList<>)) is { } item)
        {
            if (node is JsonArray items) foreach ((int number, JsonNode? one) in items.Index()) Check(one, item, $"{path}[{number}]", problems);
            else problems.Add(JsonProblem.Wrong(path, Text(node), "an array"));
        }
        else if (Expectation(type) is { } expected)
        {
            if (!Fits(node, type)) problems.Add(JsonProblem.Wrong(path, Text(node), expected));
        }
        else if (RequireObject(node, path, problems) is { } members)
        {
            CheckMembers(members, KeysOf(type), path.Length == 0 ? "" : $"{path}.", problems);
        }
    }

    private static void CheckMembers(
        JsonObject members, IReadOnlyDictionary<string, (Type Type, bool IsRequired)> keys, string prefix, List<string> problems)
    {
        foreach ((string name, JsonNode? member) in members)
        {
            if (keys.TryGetValue(name, out (Type Type, bool IsRequired) key)) Check(member, key.Type, prefix + name, problems);
            else problems.Add(JsonProblem.Unknown(prefix + name, keys.Keys));
        }

        foreach ((string name, (Type type, bool isRequired)) in keys)
            if (isRequired && !members.ContainsKey(name)) problems.Add(JsonProblem.Missing(prefix + name, Expectation(type) ?? "an object"));
    }

    private static JsonObject? RequireObject(JsonNode? node, string path, List<string> problems)
    {
        if (node is JsonObject members) return members;
        problems.Add(JsonProblem.Wrong(path, Text(node), "an object"));
        return null;
    }

    private static string? Expectation(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } e => $"one of {string.Join(", ", NamesOf(e))}",
        { } t when t == typeof(int) => "a whole number",
        { } t when t == typeof(double) => "a number",
        { } t when t == typeof(bool) => "true or false",
        { } t when t == typeof(string) => "a text",
        _ => null,
    };

    private static bool Fits(JsonNode? node, Type type)
    {
        try
        {
            return node is JsonValue && node.Deserialize(type, Options) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "null";
}
