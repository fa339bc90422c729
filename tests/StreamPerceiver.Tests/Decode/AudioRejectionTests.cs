using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Audio;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>PCM without a header, and sound that cannot be used.</summary>
public sealed class AudioRejectionTests
{
    [Theory]
    [InlineData("audio/pcm;rate=16000;channels=2;format=s16le")]
    [InlineData("Audio/PCM ; Rate=16000; CHANNELS = 2 ;Format=\"s16le\"")]
    public void Pcm_of_16_bits_needs_its_parameters_in_any_order_and_case(string contentType)
        => Value<AudioChunk>(Microphone, contentType, Wav.Shorts(16384, 8192, -32768, 0)).Samples.ShouldBe([0.375f, -0.5f]);

    [Fact]
    public void Pcm_of_floats_keeps_them()
        => Value<AudioChunk>(Microphone, "audio/pcm;format=f32le;channels=1;rate=16000", Wav.Floats(0.1f, -1.5f)).Samples.ShouldBe([0.1f, -1.5f]);

    [Fact]
    public void Pcm_of_another_rate_is_resampled()
        => Value<AudioChunk>(Microphone, "audio/pcm;rate=8000;channels=1;format=s16le", Wav.Shorts(Enumerable.Repeat(8192, 800))).Samples[400..1200]
            .ShouldAllBe(s => Math.Abs(s - 0.25f) < 0.01f);

    [Theory]
    [InlineData("audio/pcm;format=s16le", "rate is missing", "1000 to 768000")]
    [InlineData("audio/pcm;rate=0;channels=1;format=s16le", "rate is 0", "1000 to 768000")]
    [InlineData("audio/pcm;rate=768001;channels=1;format=s16le", "rate is 768001", "1000 to 768000")]
    [InlineData("audio/pcm;rate=fast;channels=1;format=s16le", "rate is fast", "1000 to 768000")]
    [InlineData("audio/pcm;rate=16000;format=s16le", "channels is missing", "1 to 64")]
    [InlineData("audio/pcm;rate=16000;channels=65;format=s16le", "channels is 65", "1 to 64")]
    [InlineData("audio/pcm;rate=16000;channels=-1;format=s16le", "channels is -1", "1 to 64")]
    [InlineData("audio/pcm;rate=16000;channels=1", "format is missing", "s16le, s16be")]
    [InlineData("audio/pcm;rate=16;channels=1;format=s16le", "rate is 16", "1000 to 768000")]
    [InlineData("audio/pcm;rate=16000;channels=1;format=s20le", "format is s20le", "s16le, s16be")]
    [InlineData("audio/L16", "rate is missing", "1000 to 768000")]
    [InlineData("audio/L16;rate=8000;endianness=middle", "endianness is middle", "big-endian (default) or little-endian")]
    [InlineData("audio/amr", "'audio/amr'", "audio/vnd.wave, audio/pcm")]
    [InlineData(null, "''", "audio/vnd.wave, audio/pcm")]
    public void Pcm_with_a_bad_parameter_is_rejected_by_its_name(string? contentType, string found, string expected)
        => Rejected(Microphone, contentType, new byte[8]).Holds(RejectionReason.UnknownContentType, found, expected);

    [Theory]
    [InlineData("s16le", 2, 6, 4)]
    [InlineData("s16le", 1, 3, 2)]
    [InlineData("f32le", 3, 16, 12)]
    [InlineData("s24be", 1, 8, 3)]
    [InlineData("f64be", 1, 12, 8)]
    public void Pcm_that_ends_within_a_frame_is_rejected_with_both_lengths(string format, int channels, int length, int multiple)
        => Rejected(Microphone, $"audio/pcm;rate=16000;channels={channels};format={format}", new byte[length])
            .Holds(RejectionReason.WrongShape, $"{length} bytes", $"a multiple of {multiple}", $"{channels} channels of {format}");

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void A_sample_that_is_no_number_is_rejected_by_its_place(float value, string shown)
    {
        byte[] data = Wav.Floats(0, 0.5f, value);

        Rejected(Microphone, "audio/pcm;rate=16000;channels=1;format=f32le", data).Holds(RejectionReason.WrongShape, $"sample 2 is {shown}", "finite");
        Rejected(Microphone, "audio/wav", new Wav { Encoding = 3, Bits = 32, Data = data }.ToBytes())
            .Holds(RejectionReason.WrongShape, $"sample 2 is {shown}", "finite");
    }

    [Fact]
    public void Sound_without_a_sample_is_rejected()
        => Rejected(Microphone, "audio/wav", new Wav().ToBytes()).Holds(RejectionReason.Undecodable, "the sound has no sample");

    [Fact]
    public void Sound_is_rejected_beyond_its_limits_by_its_header()
    {
        AudioSpec small = Microphone with { MaxSeconds = 2, MaxSamples = 6000, MaxChannels = 3 };

        Value<AudioChunk>(small, "audio/wav", Of(1000, 2, 2000)).DurationNs.ShouldBe(2 * EventTime.PerSecond);
        Rejected(small, "audio/wav", Of(1000, 2, 2001)).Holds(RejectionReason.TooLarge, "lasts 2.001 s", "maxSeconds 2");
        Rejected(small, "audio/wav", Of(4000, 2, 3001)).Holds(RejectionReason.TooLarge, "6002 samples", "maxSamples 6000");
        Rejected(small, "audio/wav", Of(4000, 4, 10)).Holds(RejectionReason.WrongShape, "4 channels", "maxChannels 3");
        Rejected(small, "audio/wav", Of(999, 1, 10)).Holds(RejectionReason.WrongShape, "999 Hz", "minSourceRateHz 1000", "maxSourceRateHz 768000");
        Rejected(small, "audio/wav", Of(768_001, 1, 10)).Holds(RejectionReason.WrongShape, "768001 Hz");
        Rejected(small, "audio/wav", Of(0, 1, 10)).Holds(RejectionReason.WrongShape, "it has 0 Hz");
        Value<AudioChunk>(small with { MinSourceRateHz = 1 }, "audio/wav", Of(10, 1, 20)).Samples.Length.ShouldBe(32_000);
        Value<AudioChunk>(Microphone with { RateHz = 200, MinSourceRateHz = 200 }, "audio/wav", Of(200, 1, 20)).Samples.Length.ShouldBe(20);

        static byte[] Of(int rate, int channels, int frames)
            => new Wav { Rate = rate, Channels = channels, Bits = 8, Data = new byte[channels * frames] }.ToBytes();
    }

    // Kilohertz instead of hertz: a megabyte would last for nine hours, and take two gigabytes at the pipeline's rate.
    [Fact]
    public void A_rate_in_kilohertz_is_rejected_before_anything_is_decoded()
    {
        byte[] megabyte = new byte[992_000];
        long before = GC.GetAllocatedBytesForCurrentThread();

        Rejected(Microphone, "audio/pcm;rate=16;channels=1;format=s16le", megabyte).Holds(RejectionReason.UnknownContentType, "rate is 16", "1000 to 768000");
        Rejected(Microphone, "audio/pcm;rate=1000;channels=1;format=u8", megabyte).Holds(RejectionReason.TooLarge, "lasts 992 s", "maxSeconds 600");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
    }

    [Fact]
    public void A_wav_cut_off_in_its_header_is_rejected_with_its_length()
    {
        byte[] whole = new Wav { Data = Wav.Shorts(1, 2, 3) }.ToBytes();

        for (int length = 1; length < whole.Length; length++)
            Rejected(Microphone, "audio/wav", whole[..length]).Reason.ShouldBe(RejectionReason.Undecodable, $"{length} of {whole.Length} bytes");
        Rejected(Microphone, "audio/wav", whole[..20]).Holds(RejectionReason.Undecodable, "20 bytes", "WAV");
    }

    private static readonly Dictionary<string, (Wav Wav, string[] Named)> Impossible = new()
    {
        ["no channels"] = (new Wav { Channels = 0, BlockAlign = 2 }, ["0 channels", "expected PCM"]),
        ["negative rate"] = (new Wav { Rate = -16_000 }, ["4294951296 Hz", "expected PCM"]),
        ["33 bits"] = (new Wav { Bits = 33, BlockAlign = 5 }, ["33 bits", "1 to 32 bits"]),
        ["no bits"] = (new Wav { Bits = 0, BlockAlign = 2 }, ["0 bits", "1 to 32 bits"]),
        ["blocks of another size"] = (new Wav { BlockAlign = 3 }, ["3 bytes a block", "expected PCM"]),
        ["blocks of no bytes"] = (new Wav { BlockAlign = 0 }, ["0 bytes a block", "expected PCM"]),
        ["MP3 in WAV"] = (new Wav { Encoding = 0x55 }, ["MP3 (0x0055)", "expected PCM"]),
        ["an encoding without a name"] = (new Wav { Encoding = 0x7A21 }, ["0x7A21", "expected PCM"]),
        ["16-bit floats"] = (new Wav { Encoding = 3 }, ["16 bits", "floats (0x0003) of 32 or 64 bits"]),
        ["extensible MP3"] = (new Wav { SubFormat = 0x55 }, ["MP3 (0x0055)", "expected PCM"]),
    };

    public static TheoryData<string> ImpossibleNames => [.. Impossible.Keys];

    [Theory]
    [MemberData(nameof(ImpossibleNames))]
    public void A_wav_whose_header_makes_no_sense_is_rejected_with_its_numbers(string name)
        => Rejected(Microphone, "audio/wav", (Impossible[name].Wav with { Data = [1, 2, 3, 4] }).ToBytes())
            .Holds(RejectionReason.Undecodable, Impossible[name].Named);

    // One channel of 16 bits at 16 kHz.
    private static readonly byte[] PcmFormat = new Wav().ToBytes()[20..36];

    private static readonly Dictionary<string, byte[]> Broken = new()
    {
        ["RIFF of another kind"] = [.. "RIFF____AVI LIST, and so on, long enough to be taken for a header"u8],
        ["data without a format"] = Wav.File(Wav.Chunk("data", [1, 2, 3, 4])),
        ["a format without data"] = Wav.File(Wav.Chunk("fmt ", PcmFormat)),
        ["a format that is too short"] = Wav.File(Wav.Chunk("fmt ", PcmFormat[..14]), Wav.Chunk("data", [1, 2])),
        ["a format that claims 500 bytes"] = Wav.File(Wav.Chunk("fmt ", PcmFormat, 500), Wav.Chunk("data", [1, 2])),
        ["a format that claims 2 GiB"] = Wav.File(Wav.Chunk("fmt ", PcmFormat, 0x7FFFFFFF), Wav.Chunk("data", [1, 2])),
        ["a format that claims 4 GiB"] = Wav.File(Wav.Chunk("fmt ", PcmFormat, 0xFFFFFFFF), Wav.Chunk("data", [1, 2])),
        ["junk before the data, longer than the file"] =
            Wav.File(Wav.Chunk("fmt ", PcmFormat), Wav.Chunk("LIST", [1, 2], 0x7FFFFFF0), Wav.Chunk("data", [1, 2])),
    };

    public static TheoryData<string> BrokenNames => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(BrokenNames))]
    public void A_wav_with_broken_chunks_is_rejected(string name)
        => Rejected(Microphone, "audio/wav", Broken[name]).Holds(RejectionReason.Undecodable, $"{Broken[name].Length} bytes are not a readable WAV file");

    [Fact]
    public void Junk_after_the_data_that_is_longer_than_the_file_is_the_end()
        => Value<AudioChunk>(
            Microphone, "audio/wav", Wav.File(Wav.Chunk("fmt ", PcmFormat), Wav.Chunk("data", Wav.Shorts(16384)), Wav.Chunk("LIST", [1, 2], 0x7FFFFFF0)))
            .Samples.ShouldBe([0.5f]);

    [Fact]
    public void Text_is_no_wav()
        => Rejected(Microphone, "audio/wav", "just some text, long enough to be taken for a header"u8.ToArray())
            .Holds(RejectionReason.Undecodable, "6A757374", "WAV");
}
