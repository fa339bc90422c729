using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>Writes the bytes of keys and headers as JSON: UTF-8 as a text, other bytes as <c>{"base64": "..."}</c>, and none as null.</summary>
internal static class BytesJson
{
    private const string Base64 = "base64";

    /// <summary>Writes bytes as text, or as base64 where they are no text.</summary>
    public static void Write(Utf8JsonWriter json, byte[]? bytes)
    {
        if (bytes is null) json.WriteNullValue();
        else if (Utf8.IsValid(bytes)) json.WriteStringValue(bytes);
        else
        {
            json.WriteStartObject();
            json.WriteBase64String(Base64, bytes);
            json.WriteEndObject();
        }
    }

    /// <summary>Writes headers as pairs of name and value, in their order.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, byte[]?>> headers)
    {
        json.WriteStartArray();
        foreach ((string name, byte[]? value) in headers)
        {
            json.WriteStartArray();
            json.WriteStringValue(name);
            Write(json, value);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <summary>Returns what a writer writes, as text.</summary>
    public static string ToText(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes)) write(json);
        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>Reads bytes that Write has written.</summary>
    /// <param name="json">Their JSON.</param>
    /// <param name="name">What messages call them.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static byte[]? Read(JsonElement json, string name)
    {
        if (json.ValueKind == JsonValueKind.Null) return null;
        if (json.ValueKind == JsonValueKind.String) return Encoding.UTF8.GetBytes(json.GetString()!);
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty(Base64, out JsonElement text) && text.ValueKind == JsonValueKind.String
            && text.TryGetBytesFromBase64(out byte[]? bytes))
            return bytes;
        throw new FormatException($"{name} is {json.GetRawText()}, expected a text, {{\"{Base64}\": \"...\"}} or null");
    }

    /// <summary>Reads headers: pairs of name and value, or an object.</summary>
    /// <exception cref="FormatException">They are none.</exception>
    public static IReadOnlyList<KeyValuePair<string, byte[]?>> ReadHeaders(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => [.. json.EnumerateObject().Select(h => KeyValuePair.Create(h.Name, Read(h.Value, $"header {h.Name}")))],
        JsonValueKind.Array => [.. json.EnumerateArray().Select(ReadPair)],
        _ => throw new FormatException($"headers is {json.GetRawText()}, expected pairs such as [[\"{SourceRecord.ContentTypeHeader}\", \"image/jpeg\"]]"),
    };

    private static KeyValuePair<string, byte[]?> ReadPair(JsonElement pair)
        => pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 && pair[0].ValueKind == JsonValueKind.String
            ? KeyValuePair.Create(pair[0].GetString()!, Read(pair[1], $"header {pair[0].GetString()}"))
            : throw new FormatException($"a header is {pair.GetRawText()}, expected a name and a value, such as [\"traceparent\", \"00-...\"]");
}
