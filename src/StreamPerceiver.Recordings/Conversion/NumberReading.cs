using System.Text.Json;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>Reads the numbers and the time of a record with one reading.</summary>
internal static class NumberReading
{
    /// <summary>
    /// Returns the numbers of a value: of a JSON array, of the members of a JSON object, or of a NumPy array of one axis. Null where it has none.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="channels">The names of the members, with dots where objects are nested; null where the numbers have no names.</param>
    public static double[]? Read(SourceRecord record, out string[]? channels)
    {
        channels = null;
        try
        {
            if (record.Value is not { Length: > 0 } value) return null;
            if (value[0] == 0x93) return Npy.Parse(value) is { Shape.Count: 1 } array ? array.ToDoubles() : null;
            using JsonDocument json = StrictJson.Parse(value);
            List<string> names = [];
            List<double> numbers = [];
            switch (json.RootElement.ValueKind)
            {
                case JsonValueKind.Array:
                    if (json.RootElement.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Number)) return null;
                    numbers.AddRange(json.RootElement.EnumerateArray().Select(item => item.GetDouble()));
                    break;
                case JsonValueKind.Object:
                    AddMembers(json.RootElement, "", names, numbers);
                    channels = [.. names];
                    break;
            }

            return numbers.Count > 0 ? [.. numbers] : null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Returns the event time of a record: that of CloudEvents' header, else Kafka's timestamp.</summary>
    public static EventTime TimeOf(SourceRecord record)
        => record.HeaderBytes(EventTimeSource.CloudEventsHeader) is { } header && EventTime.TryParse(header, out EventTime time)
            ? time
            : EventTime.FromUnixMilliseconds(record.TimestampMs);

    private static void AddMembers(JsonElement json, string prefix, List<string> names, List<double> numbers)
    {
        foreach (JsonProperty member in json.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object) AddMembers(member.Value, $"{prefix}{member.Name}.", names, numbers);
            if (member.Value.ValueKind != JsonValueKind.Number) continue;
            names.Add($"{prefix}{member.Name}");
            numbers.Add(member.Value.GetDouble());
        }
    }
}
