using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Video;
using static StreamPerceiver.Tests.Decode.Payloads;
using Decoder = StreamPerceiver.Decode.Decoder;

namespace StreamPerceiver.Tests.Decode;

public sealed class DecoderTests
{
    private static readonly InputSpec[] Inputs = [Camera, Microphone, Imu];

    private static readonly string[] ContentTypes =
    [
        "image/jpeg", "image/png", "image/webp", "audio/wav", "audio/pcm;rate=8000;channels=2;format=s16le", "audio/pcm;rate=48000;channels=1;format=f32le",
        "application/json", "audio/pcm;rate=;channels=x", "text/plain", ";;=;", "",
    ];

    private static readonly byte[][] Whole =
    [
        Pictures.Encode(".jpg", 6, 4, Pictures.Slope), Pictures.Encode(".png", 6, 4, Pictures.Slope), Pictures.Encode(".webp", 6, 4, Pictures.Slope),
        new Wav { Data = [1, 2, 3, 4, 5, 6] }.ToBytes(), new Wav { SubFormat = 3, Bits = 32, Channels = 2, Data = new byte[32] }.ToBytes(),
        """{"x":1,"y":[{"deep":null}],"\u00e4":"\"","z":-0.5e3}"""u8.ToArray(), "[1,2,3]"u8.ToArray(),
    ];

    [Theory]
    [InlineData(null)]
    [InlineData(new byte[0])]
    public void A_record_without_a_payload_is_rejected_whatever_its_input(byte[]? payload)
    {
        foreach (InputSpec input in Inputs) Rejected(input, "image/png", payload).Holds(RejectionReason.EmptyPayload, "no value");
    }

    [Fact]
    public void A_record_is_read_by_its_own_content_type_and_not_the_last_ones()
    {
        var decoder = new Decoder([Microphone], "decode");

        int?[] samples = [.. new[] { "s16le", "f32le", "f32le", "s16le", "s20le", "s16le" }.Select(format =>
            (decoder.DecodeOne(Raw(Microphone, $"audio/pcm;rate=16000;channels=1;format={format}", new byte[8])).Value as AudioChunk)?.Samples.Length)];

        samples.ShouldBe([4, 2, 2, 4, null, 4]);
    }

    [Fact]
    public void Each_input_has_the_decoder_of_its_own_kind()
    {
        var decoder = new Decoder(Inputs, "decode");
        byte[] png = Pictures.Encode(".png", 6, 4, Pictures.Slope);

        Type?[] kinds = [.. new[] { ("image/png", png), (Pcm, new byte[4]), ("application/json", "[1,2,3]"u8.ToArray()) }.Select((payload, i) =>
            decoder.DecodeOne(At(Raw(Inputs[i], payload.Item1, payload.Item2), i)).Value?.GetType())];

        kinds.ShouldBe([typeof(VideoFrame), typeof(AudioChunk), typeof(SensorReading)]);

        static RawRecord At(RawRecord raw, int input) => raw with { Stream = raw.Stream with { Input = input } };
    }

    [Theory]
    [InlineData("content-type")]
    [InlineData("Content-Type")]
    [InlineData("CONTENT-TYPE")]
    public void The_content_type_added_last_counts_in_any_case_of_its_name(string name)
    {
        RawRecord raw = Raw(Imu, "image/png", "[1,2,3]"u8.ToArray());
        KeyValuePair<string, byte[]?>[] headers = [.. raw.Record.Headers, new(name, Encoding.UTF8.GetBytes("application/json"))];

        new Decoder([Imu], "decode").DecodeOne(raw with { Record = raw.Record with { Headers = headers } }).Value.ShouldBeOfType<SensorReading>();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void A_record_that_states_no_content_type_has_that_of_its_input(string? stated)
    {
        SensorSpec lines = Imu with { DefaultContentType = "application/x-ndjson" };
        AudioSpec pcm = Microphone with { DefaultContentType = "audio/pcm;rate=16000;channels=1;format=f32le" };

        Value<SensorReading>(lines, stated, "[1,2,3]\n"u8.ToArray()).Values.ShouldBe([1f, 2f, 3f]);
        Value<AudioChunk>(pcm, stated, new byte[8]).Samples.Length.ShouldBe(2);
        Rejected(Imu, stated, "[1,2,3]"u8.ToArray())
            .Holds(RejectionReason.UnknownContentType, "content-type is '', expected application/json", "the input's contentType names it");
    }

    [Fact]
    public void A_content_type_that_a_record_states_is_its_own()
        => Value<SensorReading>(Imu with { DefaultContentType = "application/x-npy" }, "application/json", "[1,2,3]"u8.ToArray()).Values.ShouldBe([1f, 2f, 3f]);

    [Fact]
    public void Whatever_bytes_come_there_is_a_sample_or_a_rejection_with_a_detail() => Prop.ForAll(
        Gen.Elements(Inputs).ToArbitrary(),
        Gen.Elements(ContentTypes).ToArbitrary(),
        Gen.OneOf(Gen.ArrayOf(Gen.Choose(0, 255)).Select(b => b.Select(i => (byte)i).ToArray()), Gen.Elements(Whole).SelectMany(Damaged)).ToArbitrary(),
        (input, contentType, payload) =>
        {
            (MediaSample? Value, Rejection? Rejection) verdict = Judge(input, contentType, payload);
            return verdict.Value is null
                ? verdict.Rejection is { Detail.Length: > 10 }
                : verdict.Rejection is null && verdict.Value.DurationNs >= 1;
        }).Holds(cases: 3000);

    /// <summary>Up to four bytes changed, and some of the end gone.</summary>
    internal static Gen<byte[]> Damaged(byte[] whole)
        => from places in Gen.Choose(0, whole.Length - 1).ListOf(4)
           from symbols in Gen.Choose(0, 255).ListOf(4)
           from changed in Gen.Choose(0, 4)
           from length in Gen.Choose(1, whole.Length * 2)
           select Change(whole, places.Zip(symbols).Take(changed), Math.Min(length, whole.Length));

    private static byte[] Change(byte[] whole, IEnumerable<(int Place, int Symbol)> changes, int length)
    {
        byte[] copy = [.. whole];
        foreach ((int place, int symbol) in changes) copy[place] = (byte)symbol;
        return copy[..length];
    }
}
