using StreamPerceiver.Decode;
using StreamPerceiver.Modalities.Audio;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

public sealed class WavTests
{
    private static readonly float[] Steps = [-1f, -0.5f, 0f, 0.25f];

    public static TheoryData<string, int, int, bool, byte[]> Formats => new()
    {
        { "8 bits", 1, 8, false, [0, 64, 128, 160] },
        { "16 bits", 1, 16, false, Wav.Shorts(-32768, -16384, 0, 8192) },
        { "24 bits", 1, 24, false, [0, 0, 0x80, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0x20] },
        { "32 bits", 1, 32, false, [0, 0, 0, 0x80, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0x20] },
        { "12 bits in 16", 1, 12, false, Wav.Shorts(-32768, -16384, 0, 8192) },
        { "float", 3, 32, false, Wav.Floats(Steps) },
        { "float of 64 bits", 3, 64, false, [.. Steps.SelectMany(s => BitConverter.GetBytes((double)s))] },
        { "extensible 16 bits", 1, 16, true, Wav.Shorts(-32768, -16384, 0, 8192) },
        { "extensible 24 bits", 1, 24, true, [0, 0, 0x80, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0x20] },
        { "extensible float", 3, 32, true, Wav.Floats(Steps) },
        { "extensible float of 64 bits", 3, 64, true, [.. Steps.SelectMany(s => BitConverter.GetBytes((double)s))] },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_sample_format_gives_the_same_sound(string name, int encoding, int bits, bool extensible, byte[] data)
    {
        var wav = new Wav { Encoding = (ushort)encoding, SubFormat = extensible ? (ushort)encoding : null, Bits = bits, Data = data };

        AudioChunk chunk = Value<AudioChunk>(Microphone, "audio/wav", wav.ToBytes());

        chunk.Samples.ShouldBe(Steps, name);
        chunk.DurationNs.ShouldBe(250_000); // 4 samples at 16 kHz
    }

    [Theory]
    [InlineData("audio/x-wav")]
    [InlineData("Audio/Wave")]
    [InlineData("audio/vnd.wave;codec=1")]
    public void Wav_has_several_names(string contentType)
        => Value<AudioChunk>(Microphone, contentType, new Wav { Data = Wav.Shorts(16384) }.ToBytes()).Samples.ShouldBe([0.5f]);

    [Fact]
    public void Channels_are_averaged()
    {
        byte[] stereo = new Wav { Channels = 2, Data = Wav.Shorts(16384, 8192, -16384, 16384) }.ToBytes();
        byte[] three = new Wav { Channels = 3, Data = Wav.Shorts(16384, 8192, -24576, 3072, 3072, 3072) }.ToBytes();

        Value<AudioChunk>(Microphone, "audio/wav", stereo).Samples.ShouldBe([0.375f, 0f]);
        Value<AudioChunk>(Microphone, "audio/wav", three).Samples.ShouldBe([0f, 0.09375f]);
    }

    [Theory]
    [InlineData(48_000, 1)]
    [InlineData(48_000, 2)]
    [InlineData(44_100, 1)]
    [InlineData(8_000, 1)]
    public void Another_rate_is_resampled_and_keeps_its_length_and_its_tone(int rate, int channels)
    {
        byte[] wav = new Wav { Rate = rate, Channels = channels, Encoding = 3, Bits = 32, Data = Wav.Floats(Tone(rate, channels, 1000)) }.ToBytes();

        AudioChunk chunk = Value<AudioChunk>(Microphone, "audio/wav", wav);

        chunk.Samples.Length.ShouldBeInRange(1590, 1601); // 0.1 s
        chunk.DurationNs.ShouldBe(chunk.Samples.Length * 62_500L);
        Amplitude(chunk.Samples[200..1400], 1000).ShouldBe(0.5, 0.01);
        Amplitude(chunk.Samples[200..1400], 2000).ShouldBe(0, 0.01);
    }

    [Fact]
    public void A_tone_above_half_the_rate_is_gone_and_not_folded_down()
    {
        byte[] wav = new Wav { Rate = 48_000, Encoding = 3, Bits = 32, Data = Wav.Floats(Tone(48_000, 1, 11_000)) }.ToBytes();

        Value<AudioChunk>(Microphone, "audio/wav", wav).Samples[200..1400].Max(Math.Abs).ShouldBeLessThan(0.05f);
    }

    [Fact]
    public void A_chunk_is_resampled_by_itself()
    {
        byte[] wav = new Wav { Rate = 48_000, Data = Wav.Shorts(Enumerable.Range(0, 480).Select(i => i * 50)) }.ToBytes();
        var decoder = new Decoder([Microphone], "decode");

        float[] first = ((AudioChunk)decoder.DecodeOne(Raw(Microphone, "audio/wav", wav)).Value!).Samples;

        ((AudioChunk)decoder.DecodeOne(Raw(Microphone, "audio/wav", wav)).Value!).Samples.ShouldBe(first);
    }

    [Fact]
    public void Chunks_of_other_kinds_are_passed_over()
    {
        byte[] list = [.. "LIST"u8, 6, 0, 0, 0, 1, 2, 3, 4, 5, 6];

        Value<AudioChunk>(Microphone, "audio/wav", new Wav { Before = list, Data = Wav.Shorts(16384) }.ToBytes()).Samples.ShouldBe([0.5f]);
    }

    private static IEnumerable<float> Tone(int rate, int channels, double hertz)
        => Enumerable.Range(0, rate / 10).SelectMany(i => Enumerable.Repeat((float)(0.5 * Math.Sin(2 * Math.PI * hertz * i / rate)), channels));

    /// <summary>How much of a tone there is in sound at 16 kHz, over a whole number of its periods.</summary>
    private static double Amplitude(float[] samples, double hertz)
    {
        double sine = 0, cosine = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            sine += samples[i] * Math.Sin(2 * Math.PI * hertz * i / 16_000);
            cosine += samples[i] * Math.Cos(2 * Math.PI * hertz * i / 16_000);
        }

        return 2 * Math.Sqrt(sine * sine + cosine * cosine) / samples.Length;
    }
}
