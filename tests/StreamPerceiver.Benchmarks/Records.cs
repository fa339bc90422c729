using System.Text;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Video;

namespace StreamPerceiver.Benchmarks;

/// <summary>What the benchmarks of the stream work on.</summary>
internal static class Records
{
    public const string Time = "2026-01-31T12:00:00.123456Z";

    public static readonly WindowPlan Plan = new(2 * EventTime.PerSecond, EventTime.PerSecond);

    public static readonly SensorSpec Sensor = new("sensor", "t", false, ["x", "y", "z"], 100, Interpolation.Linear, EventTime.PerSecond / 50);

    public static readonly VideoSpec Video = new("camera", "t", false, 64, 48, 8, EventTime.PerSecond / 8, 4);

    public static readonly AudioSpec Audio = new("microphone", "t", false, 16_000, 160);

    public static SourceRecord Record(string contentType, byte[] payload) => new(
        "t", 0, 0, 1_769_860_800_123, "machine-1"u8.ToArray(), payload,
        [new("content-type", Encoding.UTF8.GetBytes(contentType)), new("ce_time", Encoding.UTF8.GetBytes(Time))]);

    public static RawRecord Raw(string contentType, byte[] payload)
        => new(new StreamKey(0, "machine-1", 0), new EventTime(1_769_860_800_123_456_000), Record(contentType, payload));

    /// <summary>A decoder of one input.</summary>
    public static Decode.Decoder Decoder(InputSpec input) => new([input], "decode");

    public static byte[] Reading => """{"x":0.1234,"y":-0.5678,"z":9.8100}"""u8.ToArray();
}
