using System.Globalization;
using System.Text.Json.Nodes;

namespace StreamPerceiver.TestKit;

/// <content>The answers of each route.</content>
public sealed partial class SchemaRegistryServer
{
    private (int Status, JsonNode Answer) SchemaOf(int id)
        => id > 0 && id <= _schemas.Count ? (200, _schemas[id - 1].DeepClone()) : (404, Error(NoSchema, $"Schema {id} not found"));

    private (int Status, JsonNode Answer) VersionOf(string subject, string version)
    {
        if (!_subjects.TryGetValue(subject, out List<int>? ids)) return (404, Error(NoSubject, $"Subject '{subject}' not found."));
        int number = version == "latest" ? ids.Count : int.Parse(version, CultureInfo.InvariantCulture);
        return number > 0 && number <= ids.Count ? (200, Described(subject, number)) : (404, Error(NoVersion, $"Version {version} not found."));
    }

    private (int Status, JsonNode Answer) Known(string subject, JsonObject body)
    {
        if (!_subjects.TryGetValue(subject, out List<int>? ids)) return (404, Error(NoSubject, $"Subject '{subject}' not found."));
        int index = ids.FindIndex(id => AreEqual(_schemas[id - 1], body));
        return index >= 0 ? (200, Described(subject, index + 1)) : (404, Error(NoSchema, "Schema not found"));
    }

    private (int Status, JsonNode Answer) Registered(string subject, JsonObject body)
        => Add(subject, body) is { } id ? (200, new JsonObject { ["id"] = id }) : (Conflict, Error(Conflict, Incompatible!));

    private int? Add(string subject, JsonObject body)
    {
        if (!_subjects.TryGetValue(subject, out List<int>? ids)) _subjects[subject] = ids = [];
        int index = _schemas.FindIndex(known => AreEqual(known, body));
        if (index >= 0 && ids.Contains(index + 1)) return index + 1;
        if (Incompatible is not null && ids.Count > 0) return null;
        if (index < 0)
        {
            index = _schemas.Count;
            _schemas.Add((JsonObject)body.DeepClone());
        }

        ids.Add(index + 1);
        return index + 1;
    }

    private JsonObject Described(string subject, int version)
    {
        int id = _subjects[subject][version - 1];
        var answer = (JsonObject)_schemas[id - 1].DeepClone();
        (answer["subject"], answer["version"], answer["id"]) = (subject, version, id);
        return answer;
    }

    private string LevelOf(string[] subject) => _levels.GetValueOrDefault(string.Join("", subject), _levels[""]);

    private static bool AreEqual(JsonObject one, JsonObject other)
        => Text(one, "schema") == Text(other, "schema") && Text(one, "schemaType", "AVRO") == Text(other, "schemaType", "AVRO")
            && References(one) == References(other);

    private static string Text(JsonObject json, string key, string otherwise = "") => json[key]?.GetValue<string>() ?? otherwise;

    private static string References(JsonObject json) => json["references"] is JsonArray { Count: > 0 } references ? references.ToJsonString() : "";

    private static JsonObject Error(int code, string message) => new() { ["error_code"] = code, ["message"] = message };

    private static string FromBase64(string text) => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(text));
}
