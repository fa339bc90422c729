using System.Buffers.Binary;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.TestKit;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Compressed sound as pipes, radio and concatenation make it, and what becomes of damage. ffmpeg 5.1.9 and cat wrote the files.</summary>
public sealed class CompressedSoundTests
{
    private static readonly AudioSpec Lenient = Microphone with { AcceptsDamage = true };

    private static readonly float[] Tone = Value<AudioChunk>(Microphone, "audio/wav", Read("tone.wav")).Samples;

    [Fact]
    public void Flac_from_a_pipe_states_no_length_and_is_read_to_its_end()
    {
        byte[] pipe = Read("pipe.flac");

        (BinaryPrimitives.ReadUInt64BigEndian(pipe.AsSpan(18)) & 0xF_FFFF_FFFF).ShouldBe(0ul); // the number of samples
        Value<AudioChunk>(Microphone, "audio/flac", pipe).Samples.ShouldBe(Tone);
        Rejected(Microphone, "audio/flac", pipe[..^20]).Reason.ShouldBe(RejectionReason.Undecodable);
    }

    [Fact]
    public void Flac_in_Ogg_is_read() => Value<AudioChunk>(Microphone, "audio/ogg;codecs=flac", Read("flac-in-ogg.ogg")).Samples.ShouldBe(Tone);

    [Fact]
    public void Files_of_flac_that_follow_one_another_are_all_read()
        => Value<AudioChunk>(Microphone, "audio/flac", [.. Read("tone.flac"), .. Read("pipe.flac")]).Samples.ShouldBe([.. Tone, .. Tone]);

    [Theory]
    [InlineData("chained.ogg", "audio/vorbis", 2)]
    [InlineData("chained-of-three-kinds.ogg", "application/ogg", 3)]
    public void The_streams_of_a_chained_ogg_file_are_all_read(string file, string contentType, int times)
    {
        float[] samples = Value<AudioChunk>(Microphone, contentType, Read(file)).Samples;

        samples.Length.ShouldBe(times * Tone.Length);
        for (int i = 0; i < times; i++) MeanError(samples[(i * Tone.Length)..((i + 1) * Tone.Length)]).ShouldBeLessThan(0.02);
    }

    [Fact]
    public void Every_stream_of_a_chained_file_must_be_what_its_content_type_says()
        => Rejected(Microphone, "audio/opus", Read("chained-of-three-kinds.ogg")).Holds(RejectionReason.Undecodable, "Vorbis, not opus");

    // The pages are whole: only their numbers show that one is missing.
    [Fact]
    public void A_page_that_is_missing_from_an_ogg_file_is_damage()
    {
        byte[] whole = [.. Read("tone.ogg")];
        int second = whole.AsSpan(1).IndexOf("OggS"u8) + 1, third = whole.AsSpan(second + 1).IndexOf("OggS"u8) + second + 1;
        byte[] without = [.. whole[..second], .. whole[third..]];

        Rejected(Microphone, "audio/ogg", without).Holds(RejectionReason.Undecodable, "damaged", "page 2", "follows page 0");
    }

    [Fact]
    public void Ogg_streams_side_by_side_are_refused()
    {
        byte[] ogg = Read("tone.ogg"), opus = Read("tone.opus");
        int first = opus.AsSpan(1).IndexOf("OggS"u8) + 1;

        Rejected(Microphone, "audio/ogg", [.. opus[..first], .. ogg]).Holds(RejectionReason.Undecodable, "side by side");
    }

    // An MP3 from a pipe has no count of frames; what an encoder put before and behind the sound stays then: 1105 samples before it.
    [Fact]
    public void An_mp3_from_a_pipe_is_read_whole()
    {
        float[] samples = Value<AudioChunk>(Microphone, "audio/mpeg", Read("pipe-variable.mp3")).Samples;

        samples.Length.ShouldBe(9 * 576);
        MeanError(samples[1105..]).ShouldBeLessThan(0.02);
    }

    [Fact]
    public void Mp3_files_that_follow_one_another_are_all_read_and_tags_between_them_passed_over()
    {
        byte[] file = Read("tags.mp3"), tag = [.. "ID3\u0004\0\0\0\0\0\u0005title"u8, .. new byte[100]], trailer = [.. "TAG"u8, .. new byte[125]];

        file.ShouldBe([.. "ID3"u8, .. file[3..]]);
        float[] samples = Value<AudioChunk>(Microphone, "audio/mp3", [.. tag, .. file, .. tag, .. file, .. trailer]).Samples;

        samples.Length.ShouldBe(2 * Tone.Length);
        MeanError(samples[..Tone.Length]).ShouldBeLessThan(0.02);
        MeanError(samples[Tone.Length..]).ShouldBeLessThan(0.02);
    }

    [Fact]
    public void Layer_two_is_read()
    {
        float[] samples = Value<AudioChunk>(Microphone, "audio/mpeg", Read("tone.mp2")).Samples;

        samples.Length.ShouldBe(4 * 1152);
        MeanError(samples[481..]).ShouldBeLessThan(0.02); // the filter bank's delay
    }

    // LAME and ffmpeg write a checksum of all frames into the first one.
    [Fact]
    public void A_changed_byte_in_an_mp3_with_a_checksum_is_found()
    {
        byte[] whole = Read("tags.mp3");
        int first = whole.AsSpan().IndexOf("Xing"u8);

        for (int at = first + 200; at < whole.Length; at += 11)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x5A;
            Rejected(Microphone, "audio/mpeg", changed).Holds(RejectionReason.Undecodable, "damaged");
        }
    }

    [Theory]
    [InlineData("tone.flac", "audio/flac")]
    [InlineData("pipe.flac", "audio/flac")]
    [InlineData("tone.ogg", "audio/ogg")]
    [InlineData("tone.opus", "audio/opus")]
    [InlineData("flac-in-ogg.ogg", "audio/ogg")]
    [InlineData("tone.mp3", "audio/mpeg")]
    public void What_is_cut_off_is_used_up_to_there_where_damage_is_accepted(string file, string contentType)
    {
        byte[] twice = [.. Read(file), .. Read(file)], cut = twice[..(9 * twice.Length / 10)];

        Rejected(Microphone, contentType, cut).Reason.ShouldBe(RejectionReason.Undecodable);
        float[] samples = Value<AudioChunk>(Lenient, contentType, cut).Samples;
        samples.Length.ShouldBeInRange(Tone.Length, 2 * Tone.Length - 1);
        MeanError(samples[..Tone.Length]).ShouldBeLessThan(0.02);
    }

    [Fact]
    public void An_mp3_with_bytes_missing_in_its_middle_keeps_its_other_frames_where_damage_is_accepted()
    {
        byte[] whole = Read("tone.mp3"), without = [.. whole[..1000], .. whole[1050..]];

        Rejected(Microphone, "audio/mpeg", without).Holds(RejectionReason.Undecodable, "damaged");
        Value<AudioChunk>(Lenient, "audio/mpeg", without).Samples.Length.ShouldBeInRange(Tone.Length / 2, Tone.Length);
    }

    [Fact]
    public void A_limit_holds_for_damaged_sound_too()
        => Rejected(Lenient with { MaxSeconds = 1 }, "audio/flac", Read("silence-601s.flac")[..^20]).Holds(RejectionReason.TooLarge, "maxSeconds 1");

    private static double MeanError(float[] samples)
        => Math.Sqrt(samples.Zip(Tone).Average(pair => ((double)pair.First - pair.Second) * ((double)pair.First - pair.Second)));

    private static byte[] Read(string file) => File.ReadAllBytes(RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Decode", "Sounds", file));
}
