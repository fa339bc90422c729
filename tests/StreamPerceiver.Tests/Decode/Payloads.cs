using System.Runtime.CompilerServices;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Set;
using StreamPerceiver.Modalities.Text;
using StreamPerceiver.Modalities.Video;
using Decoder = StreamPerceiver.Decode.Decoder;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Payloads through the public decoder. Sizes differ wherever they may, so that swapped axes cannot pass.</summary>
internal static class Payloads
{
    public const string Pcm = "audio/pcm;rate=16000;channels=1;format=s16le";

    public static readonly VideoSpec Camera = new("camera", "cameras", true, Width: 6, Height: 4, Frames: 1, ToleranceNs: 0, Patch: 2);

    public static readonly AudioSpec Microphone = new("microphone", "sounds", false, RateHz: 16_000, SamplesPerPatch: 160);

    public static readonly SensorSpec Imu = new("imu", "readings", false, ["x", "y", "z"], 100, Interpolation.Linear, 0);

    public static readonly SetSpec Cloud = new("cloud", "clouds", false, ["x", "y", "z"], Slots: 4);

    public static readonly TextSpec Note = new("note", "notes", false, Length: 13);

    private static readonly StreamKey Stream = new(3, "press-7", 0);

    private static readonly EventTime Time = new(1_700_000_000_123_456_789);

    public static (MediaSample? Value, Rejection? Rejection) Judge(InputSpec input, string? contentType, byte[]? payload)
        => new Decoder([input], "decode").DecodeOne(Raw(input, contentType, payload));

    /// <summary>Decodes a record that holds one sample or none.</summary>
    public static (MediaSample? Value, Rejection? Rejection) DecodeOne(this Decoder decoder, RawRecord raw)
    {
        List<MediaSample> samples = [];
        Rejection? rejection = decoder.Decode(raw, samples);
        samples.Count.ShouldBe(rejection is null ? 1 : 0);
        return (samples.SingleOrDefault(), rejection);
    }

    /// <summary>The sample, which must have kept its record's place and time.</summary>
    public static T Value<T>(InputSpec input, string? contentType, byte[] payload) where T : MediaSample
    {
        (MediaSample? Value, Rejection? Rejection) verdict = Judge(input, contentType, payload);
        verdict.Rejection.ShouldBeNull();
        (verdict.Value!.Stream, verdict.Value.Time, verdict.Value.Offset).ShouldBe((Stream, Time, 41));
        return verdict.Value.ShouldBeOfType<T>();
    }

    /// <summary>The rejection, which must hold the record as it came.</summary>
    public static Rejection Rejected(InputSpec input, string? contentType, byte[]? payload)
    {
        (MediaSample? Value, Rejection? Rejection) verdict = Judge(input, contentType, payload);
        verdict.Value.ShouldBeNull();
        Rejection rejection = verdict.Rejection.ShouldNotBeNull();
        rejection.Stage.ShouldBe("decode");
        rejection.Record.Value.ShouldBeSameAs(payload);
        return rejection;
    }

    /// <summary>Asserts why, and that the detail names what was found and what was expected.</summary>
    public static void Holds(this Rejection rejection, RejectionReason reason, params string[] named)
    {
        rejection.Reason.ShouldBe(reason, rejection.Detail);
        foreach (string part in named) rejection.Detail.ShouldContain(part, Case.Sensitive);
    }

    public static RawRecord Raw(InputSpec input, string? contentType, byte[]? payload)
    {
        KeyValuePair<string, byte[]?>[] headers = contentType is null ? [] : [new("content-type", Encoding.UTF8.GetBytes(contentType))];
        return new RawRecord(Stream, Time, new SourceRecord(input.Topic, 3, 41, 1_700_000_000_000, Encoding.UTF8.GetBytes("press-7"), payload, headers));
    }

    // OpenCV reads its limit of pixels once, when it is loaded; the worker makes its decoder first, and so do these tests.
#pragma warning disable CA2255 // this assembly is the application here
    [ModuleInitializer]
    internal static void MakeADecoderBeforeAnyPicture() => _ = new Decoder([Camera], "decode");
#pragma warning restore CA2255
}
