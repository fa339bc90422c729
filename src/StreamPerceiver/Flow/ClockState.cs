using System.Text;
using System.Text.Json;

namespace StreamPerceiver.Flow;

/// <summary>
/// How far the entities of a partition had come in event time before one of its records. A restart that reads from that record on judges later records as the
/// last run did.
/// </summary>
/// <param name="Agreed">The event time that several entities have reached; <see cref="EventTime.None"/>: none yet.</param>
/// <param name="Unlisted">Every entity that is not in the list has reached this time at most; <see cref="EventTime.None"/>: all are in the list.</param>
/// <param name="Samples">How many samples the partition had.</param>
/// <param name="Latest">By entity, the greatest event time of its samples, in descending order.</param>
public sealed record ClockState(EventTime Agreed, EventTime Unlisted, long Samples, IReadOnlyList<KeyValuePair<string, EventTime>> Latest)
{
    /// <summary>The state before the first record.</summary>
    public static ClockState Empty { get; } = new(EventTime.None, EventTime.None, 0, []);

    /// <summary>Writes the state as JSON: <c>[agreed, unlisted, samples, {"entity": latest}]</c>, times in nanoseconds since 1970.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteNumberValue(Agreed.Nanoseconds);
            json.WriteNumberValue(Unlisted.Nanoseconds);
            json.WriteNumberValue(Samples);
            json.WriteStartObject();
            foreach ((string entity, EventTime latest) in Latest) json.WriteNumber(entity, latest.Nanoseconds);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Reads a state from its JSON. Returns null where the text is no such state.</summary>
    public static ClockState? FromJson(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            return new ClockState(
                new EventTime(root[0].GetInt64()), new EventTime(root[1].GetInt64()), root[2].GetInt64(),
                [.. root[3].EnumerateObject().Select(e => KeyValuePair.Create(e.Name, new EventTime(e.Value.GetInt64())))]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public bool Equals(ClockState? other)
        => other is not null && Agreed == other.Agreed && Unlisted == other.Unlisted && Samples == other.Samples && Latest.SequenceEqual(other.Latest);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Agreed, Unlisted, Latest.Count);
}
