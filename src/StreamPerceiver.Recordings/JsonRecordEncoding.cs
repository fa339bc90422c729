using System.Text.Json;
using System.Text.Unicode;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Recordings;

/// <summary>
/// Encodes a Kafka record as a JSON object, so that a viewer plots the numbers of a JSON value: <c>{"value": ..., "kafka": {...}}</c>. The value stands there
/// byte for byte; one that is no JSON text stands in base64. Without a value there is neither.
/// </summary>
internal static class JsonRecordEncoding
{
    private const string Value = "value", ValueBytes = "valueBase64", Kafka = "kafka", Key = "keyBase64", Headers = "headers", Name = "name",
        Offset = "offset", TimestampMs = "timestampMs", Kind = "timestampKind", LogEnd = "logEnd";

    // One less than the reader's own limit: the object around it is one level, too.
    private static readonly JsonReaderOptions InObject = new() { MaxDepth = 63 };

    /// <summary>Encodes a record.</summary>
    public static byte[] Encode(SourceRecord record)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            if (record.Value is { } value && IsOneJsonText(value))
            {
                json.WritePropertyName(Value);
                json.WriteRawValue(value, skipInputValidation: true);
            }
            else if (record.Value is { } other)
            {
                json.WriteBase64String(ValueBytes, other);
            }

            json.WriteStartObject(Kafka);
            if (record.Key is { } key) json.WriteBase64String(Key, key);
            json.WriteStartArray(Headers);
            foreach ((string name, byte[]? header) in record.Headers)
            {
                json.WriteStartObject();
                json.WriteString(Name, name);
                if (header is not null) json.WriteBase64String(ValueBytes, header);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber(Offset, record.Offset);
            json.WriteNumber(TimestampMs, record.TimestampMs);
            json.WriteNumber(Kind, (int)record.TimestampKind);
            if (record.LogEnd is { } end) json.WriteNumber(LogEnd, end);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>Decodes a record of a topic and partition.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static SourceRecord Decode(string topic, int partition, ReadOnlyMemory<byte> message)
    {
        byte[]? value = null;
        var reader = new Utf8JsonReader(message.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(ValueBytes))
            {
                reader.Read();
                value = reader.GetBytesFromBase64();
            }
            else if (reader.ValueTextEquals(Value))
            {
                reader.Read();
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                value = message.Span[start..(int)reader.BytesConsumed].ToArray();
            }
            else if (reader.ValueTextEquals(Kafka))
            {
                reader.Read();
                JsonElement kafka = JsonElement.ParseValue(ref reader);
                return Decode(topic, partition, value, kafka);
            }
            else
            {
                reader.Skip();
            }
        }

        throw new JsonException($"has no {Kafka}");
    }

    private static SourceRecord Decode(string topic, int partition, byte[]? value, JsonElement kafka)
    {
        byte[]? key = kafka.TryGetProperty(Key, out JsonElement text) ? text.GetBytesFromBase64() : null;
        KeyValuePair<string, byte[]?>[] headers =
        [
            .. kafka.GetProperty(Headers).EnumerateArray().Select(h => KeyValuePair.Create(
                h.GetProperty(Name).GetString()!, h.TryGetProperty(ValueBytes, out JsonElement bytes) ? bytes.GetBytesFromBase64() : null)),
        ];
        return new SourceRecord(
            topic, partition, kafka.GetProperty(Offset).GetInt64(), kafka.GetProperty(TimestampMs).GetInt64(), key, value, headers,
            (TimestampKind)kafka.GetProperty(Kind).GetInt32())
        {
            LogEnd = kafka.TryGetProperty(LogEnd, out JsonElement end) ? end.GetInt64() : null,
        };
    }

    /// <summary>
    /// Returns whether bytes are a JSON text that comes back as it is from within an object. White space around it would not: a reader finds where a value
    /// begins and ends, and no more.
    /// </summary>
    internal static bool IsOneJsonText(byte[] value)
    {
        if (value.Length == 0 || IsSpace(value[0]) || IsSpace(value[^1]) || !Utf8.IsValid(value)) return false;
        try
        {
            var reader = new Utf8JsonReader(value, InObject);
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
