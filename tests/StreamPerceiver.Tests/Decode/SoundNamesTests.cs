using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.TestKit;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Sound without a header, by the names of its content types, and files of AU and AIFF.</summary>
public sealed class SoundNamesTests
{
    private static readonly float[] Tone = Value<AudioChunk>(Microphone, "audio/wav", Read("tone.wav")).Samples;

    [Theory]
    [InlineData("audio/L16;rate=16000", new byte[] { 0x40, 0, 0xC0, 0 }, new[] { 0.5f, -0.5f })]
    [InlineData("audio/l16; Channels=2; rate=16000", new byte[] { 0x40, 0, 0x20, 0 }, new[] { 0.375f })]
    [InlineData("audio/L16;rate=16000;endianness=little-endian", new byte[] { 0, 0x40, 0, 0xC0 }, new[] { 0.5f, -0.5f })]
    [InlineData("audio/L8;rate=16000", new byte[] { 192, 64, 128 }, new[] { 0.5f, -0.5f, 0 })]
    [InlineData("audio/L24;rate=16000;channels=1", new byte[] { 0x40, 0, 0, 0xC0, 0, 0 }, new[] { 0.5f, -0.5f })]
    [InlineData("audio/PCMU;rate=16000", new byte[] { 0x80, 0x00 }, new[] { 32124 / 32768f, -32124 / 32768f })]
    [InlineData("audio/PCMA;rate=16000;channels=1", new byte[] { 0xAA, 0x2A }, new[] { 32256 / 32768f, -32256 / 32768f })]
    [InlineData("audio/pcm;rate=16000;channels=1;format=s8", new byte[] { 64, 192 }, new[] { 0.5f, -0.5f })]
    [InlineData("audio/pcm;rate=16000;channels=1;format=u8", new byte[] { 192, 64 }, new[] { 0.5f, -0.5f })]
    [InlineData("audio/pcm;rate=16000;channels=1;format=S16BE", new byte[] { 0x40, 0 }, new[] { 0.5f })]
    [InlineData("audio/pcm;rate=16000;channels=1;format=s24le", new byte[] { 0, 0, 0x40 }, new[] { 0.5f })]
    [InlineData("audio/pcm;rate=16000;channels=1;format=s32le", new byte[] { 0, 0, 0, 0xC0 }, new[] { -0.5f })]
    [InlineData("audio/pcm;rate=16000;channels=1;format=f32be", new byte[] { 0x3F, 0, 0, 0 }, new[] { 0.5f })]
    [InlineData("audio/pcm;rate=16000;channels=1;format=f64be", new byte[] { 0x3F, 0xE0, 0, 0, 0, 0, 0, 0 }, new[] { 0.5f })]
    [InlineData("audio/pcm;rate=16000;channels=1;format=mulaw", new byte[] { 0x80 }, new[] { 32124 / 32768f })]
    public void Sound_without_a_header_is_what_its_content_type_says(string contentType, byte[] payload, float[] samples)
        => Value<AudioChunk>(Microphone, contentType, payload).Samples.ShouldBe(samples);

    [Theory]
    [InlineData("audio/basic")]
    [InlineData("audio/PCMU")]
    [InlineData("audio/PCMA")]
    [InlineData("audio/x-mulaw;rate=8000")]
    [InlineData("audio/x-alaw")]
    public void Telephony_has_8_kHz_and_one_channel_where_nothing_is_said(string contentType)
        => Value<AudioChunk>(Microphone, contentType, new byte[800]).DurationNs.ShouldBe(EventTime.PerSecond / 10);

    [Fact]
    public void A_last_frame_that_is_cut_off_is_left_out_where_damage_is_accepted()
        => Value<AudioChunk>(Microphone with { AcceptsDamage = true }, Pcm, [0, 0x40, 0]).Samples.ShouldBe([0.5f]);

    [Theory]
    [InlineData("tone.aiff", "audio/aiff")]
    [InlineData("tone.aiff", "audio/x-aiff")]
    [InlineData("tone.aifc", "audio/aiff")]
    [InlineData("tone.au", "audio/basic")]
    [InlineData("tone.au", "audio/x-au")]
    public void Files_of_other_systems_are_the_wav_they_were_made_from(string file, string contentType)
        => Value<AudioChunk>(Microphone, contentType, Read(file)).Samples.ShouldBe(Tone);

    [Fact]
    public void A_file_of_mulaw_is_near_its_wav()
        => Value<AudioChunk>(Microphone, "audio/basic", Read("mulaw.au")).Samples.Zip(Tone)
            .Max(pair => Math.Abs(pair.First - pair.Second)).ShouldBeLessThan(0.01f);

    [Theory]
    [InlineData("tone.aiff", "audio/aiff", 42)]
    [InlineData("tone.au", "audio/au", 8)]
    public void Files_of_unknown_length_go_on_to_the_end_and_those_cut_off_are_damage(string file, string contentType, int lengthAt)
    {
        byte[] whole = Read(file), unknown = [.. whole];
        unknown.AsSpan(lengthAt, 4).Fill(0xFF);

        Value<AudioChunk>(Microphone, contentType, unknown).Samples.ShouldBe(Tone);
        Rejected(Microphone, contentType, whole[..^100]).Holds(RejectionReason.Undecodable, "cut off");
        Value<AudioChunk>(Microphone with { AcceptsDamage = true }, contentType, whole[..^100]).Samples.ShouldBe(Tone[..^50]);
    }

    [Theory]
    [InlineData("audio/amr", "'audio/amr'")]
    [InlineData("audio/x-ms-wma", "'audio/x-ms-wma'")]
    [InlineData("audio/webm;codecs=opus", "'audio/webm'")]
    public void What_no_library_decodes_is_refused_by_its_name(string contentType, string found)
        => Rejected(Microphone, contentType, new byte[8]).Holds(RejectionReason.UnknownContentType, found, "audio/wav", "audio/flac", "audio/opus");

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xF1, 0x60, 0x40, 0x3F, 0xFF, 0xFC, 0xDE }, "AAC")]
    [InlineData(new byte[] { 0, 0, 0, 0x1C, 0x66, 0x74, 0x79, 0x70 }, "MP4")]
    [InlineData(new byte[] { 0x1A, 0x45, 0xDF, 0xA3, 0, 0, 0, 0 }, "WebM")]
    [InlineData(new byte[] { 0xFF, 0xFB, 0x08, 0x44, 0, 0, 0, 0 }, "free format")]
    public void A_payload_of_another_kind_is_named(byte[] payload, string named)
        => Rejected(Microphone, "audio/mpeg", payload).Holds(RejectionReason.Undecodable, named);

    private static byte[] Read(string file) => File.ReadAllBytes(RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Decode", "Sounds", file));
}
