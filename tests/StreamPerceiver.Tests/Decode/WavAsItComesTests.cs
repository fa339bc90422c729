using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.TestKit;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>WAV files as pipes, recorders and editors write them.</summary>
public sealed class WavAsItComesTests
{
    private static readonly byte[] Format = Wav.Chunk("fmt ", new Wav().ToBytes()[20..36]);

    private static readonly byte[] Sound = Wav.Shorts(16384, -16384, 8192);

    private static readonly float[] Expected = [0.5f, -0.5f, 0.25f];

    // ffmpeg and text-to-speech servers, arecord, opusdec, espeak and sox, a file of 2 GiB less its header, GStreamer.
    [Theory]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x80000000u)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0x7FFFF000u)]
    [InlineData(0x7FFFFFDBu)]
    [InlineData(0xFFFFFFDBu)]
    [InlineData(0u)]
    public void Data_of_unknown_length_go_on_to_the_end_of_the_record(uint claimed)
    {
        byte[] list = Wav.Chunk("LIST", "INFOISFT\u0004\0\0\0abc\0"u8.ToArray());

        Value<AudioChunk>(Microphone, "audio/wav", new Wav { Data = Sound, DataLength = claimed }.ToBytes()).Samples.ShouldBe(Expected);
        foreach (uint riff in (uint[])[0, claimed, uint.MaxValue])
        {
            byte[] wav = Wav.File(list, Format, Wav.Chunk("data", Sound, claimed));
            BitConverter.TryWriteBytes(wav.AsSpan(4), riff).ShouldBeTrue();
            Value<AudioChunk>(Microphone, "audio/wav", wav).Samples.ShouldBe(Expected);
        }
    }

    [Fact]
    public void Silence_of_unknown_length_is_no_empty_file()
        => Value<AudioChunk>(Microphone, "audio/wav", new Wav { Data = new byte[64], DataLength = 0 }.ToBytes()).Samples.ShouldBe(new float[32]);

    [Fact]
    public void An_empty_file_with_a_chunk_behind_its_data_has_no_sample()
        => Rejected(Microphone, "audio/wav", Wav.File(Format, Wav.Chunk("data", []), Wav.Chunk("LIST", [1, 2, 3, 4])))
            .Holds(RejectionReason.Undecodable, "no sample");

    [Theory]
    [InlineData("pipe.wav", 1600, 0.125)]
    [InlineData("riff0.wav", 1600, 0.125)]
    [InlineData("rf64.wav", 16_000, 0.7)]
    public void Files_of_real_tools_are_read_whole(string file, int samples, double loudest)
    {
        AudioChunk chunk = Value<AudioChunk>(Microphone, "audio/wav", Read(file));

        chunk.Samples.Length.ShouldBe(samples);
        chunk.Samples.Max().ShouldBe((float)loudest, 0.001f);
    }

    [Theory]
    [InlineData("RF64", 6, 0)]
    [InlineData("BW64", 6, 0)]
    [InlineData("RF64", 0, 0)]
    [InlineData("BW64", -1, 0)]
    [InlineData("RF64", 6, 4)] // a chunk behind the data
    public void Long_files_have_their_length_in_another_chunk(string riff, long length, int behind)
    {
        byte[] sizes = [.. BitConverter.GetBytes(-1L), .. BitConverter.GetBytes(length), .. BitConverter.GetBytes(3L), 0, 0, 0, 0];
        byte[] wav = Wav.File(Wav.Chunk("ds64", sizes), Format, Wav.Chunk("data", Sound, uint.MaxValue), behind > 0 ? Wav.Chunk("LIST", new byte[behind]) : []);
        riff.Select(c => (byte)c).ToArray().CopyTo(wav, 0);

        Value<AudioChunk>(Microphone, "audio/wav", wav).Samples.ShouldBe(Expected);
    }

    [Fact]
    public void A_long_file_that_is_cut_off_is_damaged()
    {
        byte[] sizes = [.. BitConverter.GetBytes(-1L), .. BitConverter.GetBytes(600L), .. BitConverter.GetBytes(3L), 0, 0, 0, 0];
        byte[] wav = Wav.File(Wav.Chunk("ds64", sizes), Format, Wav.Chunk("data", Sound, uint.MaxValue));
        "RF64"u8.CopyTo(wav);

        Rejected(Microphone, "audio/wav", wav).Holds(RejectionReason.Undecodable, "cut off", "600 bytes", "6 are there");
    }

    [Theory]
    [InlineData(7u, 6)]
    [InlineData(100u, 6)]
    [InlineData(0x7FFE0000u, 6)]
    public void Data_that_are_cut_off_within_their_stated_length_are_damage_unless_the_input_accepts_it(uint claimed, int there)
    {
        byte[] wav = new Wav { Data = Sound, DataLength = claimed }.ToBytes();

        Rejected(Microphone, "audio/wav", wav).Holds(RejectionReason.Undecodable, "cut off", $"{claimed} bytes", $"{there} are there");
        Value<AudioChunk>(Microphone with { AcceptsDamage = true }, "audio/wav", wav).Samples.ShouldBe(Expected);
    }

    // The byte that makes a length even may be missing, or be no zero.
    [Theory]
    [InlineData("LIST", "")]
    [InlineData("LIST", "\0")]
    [InlineData("LIST", "x")]
    [InlineData("abcd", "\u007F")]
    [InlineData("abcd", " ")]
    public void A_chunk_of_odd_length_may_have_any_byte_behind_it_or_none(string name, string pad)
    {
        byte[] between = pad.Select(c => (byte)c).ToArray();
        byte[][] chunks = [Wav.Chunk(name, [1, 2, 3]), between, Format, Wav.Chunk(name, [4]), between, Wav.Chunk("data", Sound)];

        Value<AudioChunk>(Microphone, "audio/wav", Wav.File(chunks)).Samples.ShouldBe(Expected);
    }

    [Fact]
    public void Several_data_chunks_follow_one_another()
        => Value<AudioChunk>(
            Microphone, "audio/wav",
            Wav.File(Format, Wav.Chunk("data", Sound[..2]), Wav.Chunk("LIST", [1, 2, 3]), [9], Wav.Chunk("data", Sound[2..4]), Wav.Chunk("data", Sound[4..])))
            .Samples.ShouldBe(Expected);

    // ITU-T G.711: the values of the codes as a table of the recommendation has them, in 16 bits.
    [Theory]
    [InlineData(6, new byte[] { 0xD5, 0x55, 0xAA, 0x2A, 0x80, 0x01 }, new[] { 8, -8, 32256, -32256, 5504, -5248 })]
    [InlineData(7, new byte[] { 0xFF, 0x7F, 0x80, 0x00, 0xC0, 0x4F }, new[] { 0, 0, 32124, -32124, 1884, -924 })]
    public void Telephony_has_its_own_numbers(int encoding, byte[] codes, int[] values)
    {
        float[] expected = [.. values.Select(value => value / 32768f)];

        Value<AudioChunk>(Microphone, "audio/wav", new Wav { Encoding = (ushort)encoding, Bits = 8, Data = codes }.ToBytes()).Samples.ShouldBe(expected);
        Value<AudioChunk>(Microphone, "audio/wav", new Wav { SubFormat = (ushort)encoding, Bits = 8, Data = codes }.ToBytes()).Samples.ShouldBe(expected);
    }

    [Fact]
    public void A_big_endian_file_is_read()
    {
        byte[] wav =
        [
            .. "RIFX\0\0\0\0WAVEfmt "u8, 0, 0, 0, 16, 0, 1, 0, 1, 0, 0, 0x3E, 0x80, 0, 0, 0x7D, 0, 0, 2, 0, 16,
            .. "data"u8, 0, 0, 0, 6, 0x40, 0, 0xC0, 0, 0x20, 0,
        ];

        Value<AudioChunk>(Microphone, "audio/wav", wav).Samples.ShouldBe(Expected);
    }

    private static byte[] Read(string file) => File.ReadAllBytes(RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Decode", "Sounds", file));
}
