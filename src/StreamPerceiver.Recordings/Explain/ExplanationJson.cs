using System.Text.Json;
using System.Text.Json.Serialization;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Recordings.Explain;

/// <summary>Writes an explanation as JSON: the members of <see cref="WindowExplanation"/> in camel case, with times as RFC 3339.</summary>
public static class ExplanationJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // it is no part of a page, and places have slashes and pluses
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new TimeConverter() },
    };

    /// <summary>Writes an explanation as JSON of a stable form.</summary>
    public static string Write(WindowExplanation explanation) => JsonSerializer.Serialize(explanation, Options);

    private sealed class TimeConverter : JsonConverter<EventTime>
    {
        public override EventTime Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
            => EventTime.TryParse(reader.GetString()!, out EventTime time) ? time : throw new JsonException("expected an RFC 3339 time");

        public override void Write(Utf8JsonWriter writer, EventTime value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
