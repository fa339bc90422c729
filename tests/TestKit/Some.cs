using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.TestKit;

/// <summary>Plain examples of what flows through a pipeline; a test names only what it is about.</summary>
public static class Some
{
    /// <summary>A millisecond in nanoseconds.</summary>
    public const long Ms = EventTime.PerMillisecond;

    /// <summary>Makes a time from milliseconds since 1970.</summary>
    public static EventTime At(long milliseconds) => EventTime.FromUnixMilliseconds(milliseconds);

    /// <summary>A record of entity "a".</summary>
    public static SourceRecord Record(
        string topic = "imu", long offset = 0, string? key = "a", long timestampMs = 0, params (string Name, string? Text)[] headers)
        => new(topic, 0, offset, timestampMs, Bytes(key), Bytes("payload"), headers.Select(h => KeyValuePair.Create(h.Name, Bytes(h.Text))).ToArray());

    /// <summary>A refusal of a record.</summary>
    public static Rejection Rejection(long offset = 0)
        => new(RejectionReason.Undecodable, "not a picture", "decode", Record(offset: offset));

    /// <summary>Makes a window of an entity, ready for the model, with an ack that has one holder.</summary>
    public static Envelope<TokenisedWindow> Window(string entity = "a")
    {
        var header = new WindowHeader(0, entity, At(0), At(10), CloseReason.Watermark, [new InputPresence("imu", 1, 0)]);
        return Envelope<TokenisedWindow>.Of(new TokenisedWindow(header, [new InputTokens("imu", [1, 2], [1])]), new WindowAck([new RecordAck(0)]));
    }

    /// <summary>One channel, a step every millisecond; only a reading of that very millisecond fills it.</summary>
    public static SensorSpec Sensor(string name, bool required = false) => new(name, name, required, ["x"], 1000, Interpolation.Nearest, 0);

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
