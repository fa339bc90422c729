using System.Text.Json;
using StreamPerceiver.Ingest;
using StreamPerceiver.Mcap;

namespace StreamPerceiver.Recordings;

/// <summary>
/// Encodes what a source told its intake beside the records, as JSON: <c>{"event": "endReached", ...}</c>. These events have a channel of their own, among the
/// records in their order.
/// </summary>
internal static class EventEncoding
{
    /// <summary>The topic of the channel. Kafka's topics have no slash.</summary>
    public const string Topic = "/streamperceiver/intake";

    private const string Kind = "event", Place = "topic", Number = "partition", Offset = "offset", Nanoseconds = "clockNs", Lane = "lane", Lanes = "lanes",
        Entries = "progress", Places = "partitions", Committed = "committed", LogStart = "logStart", Begin = "begin", Settled = "settled", Count = "count",
        ProgressTopic = "progressTopic";

    private const string Required = "placementRequired", Begun = "laneBegun", Ended = "lanesEnded", Reached = "endReached", Asked = "endsAsked",
        Answered = "endAnswered", Stored = "offsetStored";

    /// <summary>The schema of the channel.</summary>
    public static McapSchema Schema { get; } = new(4, "streamperceiver.IntakeEvent", "jsonschema", """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "streamperceiver.IntakeEvent", "type": "object", "required": ["event"],
          "description": "What a worker was told beside the records, and what decides its windows with them.",
          "properties": {
            "event": { "enum": ["placementRequired", "laneBegun", "lanesEnded", "endReached", "endsAsked", "endAnswered", "offsetStored"] },
            "topic": { "type": "string" }, "partition": { "type": "integer" },
            "offset": { "type": "integer", "description": "The end that was read or answered, or the offset that was committed." },
            "clockNs": { "type": "integer", "description": "A clock that is never set, in nanoseconds: when the ends were asked for." },
            "lane": { "type": "integer" }, "lanes": { "type": "array", "items": { "type": "integer" } },
            "progress": { "type": "object", "description": "The entries of the progress topic." }, "progressTopic": { "type": "string" },
            "partitions": { "type": "array", "items": { "type": "object" }, "description": "The offsets of each topic at the broker." },
            "settled": { "type": "array", "items": { "type": "boolean" } }, "count": { "type": "integer", "description": "Partitions of each input." }
          }
        }
        """u8.ToArray());

    /// <summary>Encodes an event. Returns null for one that is not kept here.</summary>
    public static byte[]? Encode(IntakeEvent happened)
    {
        using var bytes = new MemoryStream();
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        if (!Write(json, happened)) return null;
        json.WriteEndObject();
        json.Flush();
        return bytes.ToArray();
    }

    /// <summary>Decodes the event of a message.</summary>
    /// <exception cref="RecordingException">It is none.</exception>
    public static IntakeEvent Decode(McapMessage message, string file)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(message.Data);
            return Read(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new RecordingException($"{file}: message {message.Sequence} of {Topic}: {e.Message}", e);
        }
    }

    private static bool Write(Utf8JsonWriter json, IntakeEvent happened)
    {
        switch (happened)
        {
            case PlacementRequired required:
                json.WriteString(Kind, Required);
                json.WriteNumber(Count, required.Partitions);
                json.WriteString(ProgressTopic, required.ProgressTopic);
                return true;
            case LaneBegun begun:
                json.WriteString(Kind, Begun);
                WriteLane(json, begun);
                return true;
            case LanesEnded ended:
                json.WriteString(Kind, Ended);
                json.WriteStartArray(Lanes);
                foreach (int lane in ended.Lanes) json.WriteNumberValue(lane);
                json.WriteEndArray();
                return true;
            case EndReached reached:
                WritePlace(json, Reached, reached.Partition, reached.Offset);
                return true;
            case EndsAsked asked:
                json.WriteString(Kind, Asked);
                json.WriteNumber(Nanoseconds, NanosecondsOf(asked.Now));
                return true;
            case EndAnswered answered:
                WritePlace(json, Answered, answered.Partition, answered.End);
                json.WriteNumber(Nanoseconds, NanosecondsOf(answered.Asked));
                return true;
            case OffsetStored stored:
                WritePlace(json, Stored, stored.Partition, stored.Offset);
                json.WriteStartArray(Settled);
                foreach (bool settled in stored.Settled) json.WriteBooleanValue(settled);
                json.WriteEndArray();
                return true;
            default:
                return false;
        }
    }

    private static void WritePlace(Utf8JsonWriter json, string kind, SourcePartition partition, long offset)
    {
        json.WriteString(Kind, kind);
        json.WriteString(Place, partition.Topic);
        json.WriteNumber(Number, partition.Number);
        json.WriteNumber(Offset, offset);
    }

    private static void WriteLane(Utf8JsonWriter json, LaneBegun begun)
    {
        json.WriteNumber(Lane, begun.Lane);
        json.WriteStartObject(Entries);
        foreach ((string key, string value) in begun.Progress.Entries) json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteStartArray(Places);
        foreach ((string topic, PartitionState state) in begun.Partitions)
        {
            json.WriteStartObject();
            json.WriteString(Place, topic);
            if (state.Committed is { } committed) json.WriteNumber(Committed, committed);
            json.WriteNumber(LogStart, state.LogStart);
            if (state.Begin is { } begin) json.WriteNumber(Begin, begin);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static IntakeEvent Read(JsonElement json) => json.GetProperty(Kind).GetString() switch
    {
        Required => new PlacementRequired(json.GetProperty(Count).GetInt32(), json.GetProperty(ProgressTopic).GetString()!),
        Begun => new LaneBegun(json.GetProperty(Lane).GetInt32(), ReadProgress(json.GetProperty(Entries)),
            [.. json.GetProperty(Places).EnumerateArray().Select(p => KeyValuePair.Create(p.GetProperty(Place).GetString()!, ReadState(p)))]),
        Ended => new LanesEnded([.. json.GetProperty(Lanes).EnumerateArray().Select(lane => lane.GetInt32())]),
        Reached => new EndReached(ReadPlace(json), json.GetProperty(Offset).GetInt64()),
        Asked => new EndsAsked(ReadClock(json)),
        Answered => new EndAnswered(ReadPlace(json), json.GetProperty(Offset).GetInt64(), ReadClock(json)),
        Stored => new OffsetStored(
            ReadPlace(json), json.GetProperty(Offset).GetInt64(), [.. json.GetProperty(Settled).EnumerateArray().Select(settled => settled.GetBoolean())]),
        var other => throw new FormatException($"the event is '{other}', expected one of the channel's schema"),
    };

    private static SourcePartition ReadPlace(JsonElement json) => new(json.GetProperty(Place).GetString()!, json.GetProperty(Number).GetInt32());

    private static PartitionState ReadState(JsonElement json)
        => new(ReadOffset(json, Committed), json.GetProperty(LogStart).GetInt64(), ReadOffset(json, Begin));

    private static long? ReadOffset(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement offset) ? offset.GetInt64() : null;

    private static LaneProgress ReadProgress(JsonElement json)
    {
        var progress = new LaneProgress();
        foreach (JsonProperty entry in json.EnumerateObject())
            if (!progress.TryAdd(entry.Name, entry.Value.GetString()!))
                throw new FormatException($"the progress has '{entry.Name}': '{entry.Value}', expected an entry of the progress topic");
        return progress;
    }

    private static long NanosecondsOf(TimeSpan clock) => clock.Ticks * TimeSpan.NanosecondsPerTick;

    private static TimeSpan ReadClock(JsonElement json) => new(json.GetProperty(Nanoseconds).GetInt64() / TimeSpan.NanosecondsPerTick);
}
