using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>
/// Writes and reads one record as a JSON object. The value is <c>value</c> where it is JSON that comes back byte for byte, <c>text</c> where it is other UTF-8,
/// else <c>base64</c>; a record without any of them has no value.
/// </summary>
/// <param name="places">Gives the places of records that state none.</param>
/// <param name="note">Receives what was assumed.</param>
internal sealed class JsonLine(RecordPlaces places, Action<string> note)
{
    private const string Topic = "topic", Partition = "partition", Offset = "offset", TimestampMs = "timestamp_ms", Kind = "timestamp_kind",
        ReceivedNs = "received_ns", Time = "time", Key = "key", Headers = "headers", Value = "value", Text = "text", Base64 = "base64";

    private static readonly string[] Known = [Topic, Partition, Offset, TimestampMs, Kind, ReceivedNs, Time, Key, Headers, Value, Text, Base64];

    private readonly RowTimes _times = new(Time, null, note);

    /// <summary>Writes a record as one JSON object.</summary>
    public static void Write(Utf8JsonWriter json, RecordedRecord recorded)
    {
        SourceRecord record = recorded.Record;
        json.WriteStartObject();
        json.WriteString(Topic, record.Topic);
        json.WriteNumber(Partition, record.Partition);
        json.WriteNumber(Offset, record.Offset);
        json.WriteNumber(TimestampMs, record.TimestampMs);
        json.WriteString(Kind, record.TimestampKind.ToString());
        json.WriteNumber(ReceivedNs, recorded.ReceivedNs);
        json.WritePropertyName(Key);
        BytesJson.Write(json, record.Key);
        json.WritePropertyName(Headers);
        BytesJson.Write(json, record.Headers);
        if (record.Value is { } value) WriteValue(json, value);
        json.WriteEndObject();
    }

    /// <summary>Reads the record of a line.</summary>
    /// <exception cref="FormatException">It is none; the message has the member, the value found, and what was expected.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public RecordedRecord Read(ReadOnlyMemory<byte> line)
    {
        byte[]? raw = RawValue(line.Span);
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement json = document.RootElement;
        if (json.ValueKind != JsonValueKind.Object) throw new FormatException($"is {Shown(json)}, expected an object");
        if (json.EnumerateObject().Select(p => p.Name).FirstOrDefault(name => !Known.Contains(name)) is { } other)
            throw new FormatException($"{other} is not a known member, expected one of {string.Join(", ", Known)}");
        string topic = TextOf(json, Topic) ?? throw Wrong(json, Topic, "the topic");
        byte[]? key = json.TryGetProperty(Key, out JsonElement keyJson) ? BytesJson.Read(keyJson, Key) : null;
        EventTime? time = json.TryGetProperty(Time, out JsonElement at)
            ? _times.Read(at.ValueKind == JsonValueKind.String ? at.GetString()! : at.GetRawText())
            : null;
        long timestampMs = Number(json, TimestampMs, long.MinValue)
            ?? (time is { } exact ? RecordPlaces.TimestampOf(exact) : throw Wrong(json, TimestampMs, $"a number, or {Time}"));
        (int partition, long offset) = places.Of(topic, key, (int?)Number(json, Partition, 0, int.MaxValue), Number(json, Offset, 0));
        (byte[]? value, string? contentType) = raw is not null ? (raw, "application/json") : ValueOf(json);
        IReadOnlyList<KeyValuePair<string, byte[]?>> headers = json.TryGetProperty(Headers, out JsonElement pairs)
            ? BytesJson.ReadHeaders(pairs)
            : RecordPlaces.Headers(contentType, time);
        long received = Number(json, ReceivedNs, 0) ?? Math.Max(0, EventTime.FromUnixMilliseconds(timestampMs).Nanoseconds);
        return new RecordedRecord(new SourceRecord(topic, partition, offset, timestampMs, key, value, headers, KindOf(json)), received);
    }

    private static void WriteValue(Utf8JsonWriter json, byte[] value)
    {
        if (!value.AsSpan().ContainsAny("\r\n"u8) && JsonRecordEncoding.IsOneJsonText(value))
        {
            json.WritePropertyName(Value);
            json.WriteRawValue(value, skipInputValidation: true);
        }
        else if (Utf8.IsValid(value)) json.WriteString(Text, value);
        else json.WriteBase64String(Base64, value);
    }

    // The bytes of the value as they stand in the line; null where it has none.
    private static byte[]? RawValue(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isValue = reader.ValueTextEquals(Value);
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isValue) return line[start..(int)reader.BytesConsumed].ToArray();
        }

        return null;
    }

    private static (byte[]? Value, string? ContentType) ValueOf(JsonElement json)
    {
        if (json.TryGetProperty(Text, out _)) return (Encoding.UTF8.GetBytes(TextOf(json, Text) ?? throw Wrong(json, Text, "a text")), "text/plain");
        if (!json.TryGetProperty(Base64, out JsonElement text)) return (null, null);
        return text.ValueKind == JsonValueKind.String && text.TryGetBytesFromBase64(out byte[]? bytes) ? (bytes, null) : throw Wrong(json, Base64, "base64");
    }

    private static TimestampKind KindOf(JsonElement json)
    {
        if (!json.TryGetProperty(Kind, out _)) return TimestampKind.CreateTime;
        return Enum.TryParse(TextOf(json, Kind), out TimestampKind kind) && Enum.IsDefined(kind)
            ? kind
            : throw Wrong(json, Kind, $"one of {string.Join(", ", Enum.GetNames<TimestampKind>())}");
    }

    private static string? TextOf(JsonElement json, string name)
        => json.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static long? Number(JsonElement json, string name, long least, long most = long.MaxValue)
    {
        if (!json.TryGetProperty(name, out JsonElement number)) return null;
        return number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out long value) && value >= least && value <= most
            ? value
            : throw Wrong(json, name, $"a whole number{(least == 0 ? " from 0" : "")}");
    }

    private static FormatException Wrong(JsonElement json, string name, string expected)
        => new($"{name} is {(json.TryGetProperty(name, out JsonElement found) ? Shown(found) : "missing")}, expected {expected}");

    private static string Shown(JsonElement json) => JsonProblem.Shorten(json.GetRawText());
}
