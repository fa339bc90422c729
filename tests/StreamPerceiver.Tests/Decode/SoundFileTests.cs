using System.Buffers.Binary;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.TestKit;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>
/// Compressed sound. The files of <c>Sounds/</c> were written by flac 1.4.2, oggenc 1.4.2, opusenc 0.1.10 and LAME 3.100 from <c>tone.wav</c>.
/// </summary>
public sealed class SoundFileTests
{
    private static readonly AudioSpec Studio = Microphone with { RateHz = 48_000 };

    private static readonly (string File, string ContentType)[] Sounds =
        [("tone.flac", "audio/flac"), ("tone.ogg", "audio/ogg"), ("tone.opus", "audio/ogg"), ("tone.opus", "audio/opus"), ("tone.mp3", "audio/mpeg")];

    private static readonly float[] Tone = Value<AudioChunk>(Microphone, "audio/wav", Read("tone.wav")).Samples;

    public static TheoryData<string, string> Whole
    {
        get
        {
            TheoryData<string, string> whole = [];
            foreach ((string file, string contentType) in Sounds) whole.Add(file, contentType);
            return whole;
        }
    }

    [Theory]
    [InlineData("audio/flac")]
    [InlineData("audio/x-flac")]
    [InlineData("Audio/FLAC;rate=8000")]
    public void Flac_is_the_wav_it_was_made_from_to_the_bit(string contentType)
    {
        AudioChunk chunk = Value<AudioChunk>(Microphone, contentType, Read("tone.flac"));

        chunk.Samples.ShouldBe(Tone);
        chunk.DurationNs.ShouldBe(250_000_000);
    }

    // A shift by one sample would be a tenth off at the tone's highest pitch.
    [Theory]
    [InlineData("tone.ogg", "audio/ogg", 0.02)]
    [InlineData("tone.opus", "audio/ogg", 0.02)]
    [InlineData("tone.opus", "audio/opus", 0.02)]
    [InlineData("tone.mp3", "audio/mpeg", 0.015)]
    [InlineData("tone.mp3", "audio/mp3", 0.015)]
    public void Lossy_sound_has_the_length_of_the_wav_and_is_near_it_sample_for_sample(string file, string contentType, double meanError)
    {
        float[] samples = Value<AudioChunk>(Microphone, contentType, Read(file)).Samples;

        samples.Length.ShouldBe(Tone.Length);
        MeanError(samples, Tone).ShouldBeLessThan(meanError);
        MeanError(samples[1..], Tone[..^1]).ShouldBeGreaterThan(0.1);
    }

    [Fact]
    public void Tags_before_and_behind_an_mp3_are_passed_over_and_its_channels_averaged()
    {
        float[] samples = Value<AudioChunk>(Microphone with { RateHz = 44_100 }, "audio/mpeg", Read("tagged.mp3")).Samples;

        samples.Length.ShouldBe(8820);
        MeanError(samples, [.. Enumerable.Range(0, 8820).Select(i => (float)(9000 / 32768.0 * Math.Sin(i * 0.05)))]).ShouldBeLessThan(0.01);
    }

    [Theory]
    [InlineData("tone.wav", "audio/flac", "52494646")]
    [InlineData("tone.flac", "audio/mpeg", "664C6143")]
    [InlineData("tone.flac", "audio/ogg", "664C6143")]
    [InlineData("tone.mp3", "audio/flac", "FFF3")]
    [InlineData("tone.mp3", "audio/opus", "FFF3")]
    [InlineData("tone.opus", "audio/mp3", "4F676753")]
    [InlineData("tone.ogg", "audio/opus", "is Vorbis, not opus")]
    [InlineData("tone.flac", "audio/wav", "WAV")]
    public void A_sound_of_another_type_than_its_record_is_rejected(string file, string contentType, string found)
        => Rejected(Microphone, contentType, Read(file)).Holds(RejectionReason.Undecodable, found);

    [Theory]
    [MemberData(nameof(Whole))]
    public void A_sound_that_is_cut_off_anywhere_is_rejected(string file, string contentType)
    {
        byte[] whole = Read(file);

        for (int length = 1; length < whole.Length; length += 1 + length / 100)
            Rejected(Microphone, contentType, whole[..length]).Reason.ShouldBe(RejectionReason.Undecodable, $"{length} of {whole.Length} bytes");
    }

    [Fact]
    public void An_ogg_file_without_its_last_page_is_rejected()
    {
        byte[] whole = Read("tone.opus");

        Rejected(Microphone, "audio/opus", whole[..whole.AsSpan().LastIndexOf("OggS"u8)]).Holds(RejectionReason.Undecodable, "cut off", "Ogg");
    }

    // The pages of Ogg and the frames of FLAC have checksums; MP3 has none.
    [Theory]
    [InlineData("tone.ogg", "audio/ogg", 0)]
    [InlineData("tone.opus", "audio/opus", 0)]
    [InlineData("tone.flac", "audio/flac", 200)]
    public void A_changed_byte_is_found_by_the_checksums(string file, string contentType, int from)
    {
        byte[] whole = Read(file);

        for (int at = from; at < whole.Length; at += 7)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x5A;
            Rejected(Microphone, contentType, changed).Reason.ShouldBe(RejectionReason.Undecodable, $"byte {at} of {whole.Length}");
        }
    }

    // LAME takes 1152 samples a frame at 44.1 or 48 kHz. Without a count of frames, the samples that it adds at both ends are not known.
    [Fact]
    public void An_mp3_of_a_variable_bit_rate_without_the_number_of_its_frames_is_read_to_its_end()
        => Value<AudioChunk>(Microphone, "audio/mpeg", Read("variable-without-count.mp3")).Samples.Length.ShouldBe(81_216);

    [Fact]
    public void A_few_kilobytes_of_flac_cannot_hold_more_than_ten_minutes_or_more_numbers_than_stereo_has_then()
    {
        Rejected(Microphone, "audio/flac", Read("silence-601s.flac")).Holds(RejectionReason.TooLarge, "lasts 601 s", "maxSeconds 600");
        Rejected(Studio, "audio/flac", Read("silence-151s-8-channels.flac")).Holds(RejectionReason.TooLarge, "57984000 samples", "maxSamples 57600000");
    }

    [Theory]
    [InlineData(0u, "frames of its FLAC stream have 16000 Hz, and its header 0")]
    [InlineData(655_350u, "frames of its FLAC stream have 16000 Hz, and its header 655350")]
    public void A_rate_that_is_not_that_of_the_frames_is_damage(uint rate, string found)
    {
        // RFC 9639, section 8.2: 20 bits from the 18th byte on, over three bits of channels - 1 and one of the bits.
        byte[] flac = Read("tone.flac");
        Span<byte> place = flac.AsSpan(18, 4);
        BinaryPrimitives.WriteUInt32BigEndian(place, (BinaryPrimitives.ReadUInt32BigEndian(place) & 0xFFF) | (rate << 12));

        Rejected(Microphone, "audio/flac", flac).Holds(RejectionReason.Undecodable, found);
    }

    // The block behind the first one then claims 16 MB.
    [Fact]
    public void A_header_that_claims_more_than_the_payload_has_is_rejected()
    {
        byte[] flac = Read("tone.flac");
        flac.AsSpan(43, 3).Fill(0xFF);

        Rejected(Microphone, "audio/flac", flac).Reason.ShouldBe(RejectionReason.Undecodable);
    }

    private static double MeanError(float[] samples, float[] expected)
        => Math.Sqrt(samples.Zip(expected).Average(pair => ((double)pair.First - pair.Second) * ((double)pair.First - pair.Second)));

    private static byte[] Read(string file) => File.ReadAllBytes(RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Decode", "Sounds", file));
}
