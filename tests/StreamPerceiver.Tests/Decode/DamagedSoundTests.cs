using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.TestKit;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Any bytes of sound give a chunk of finite samples, or a rejection with its reason.</summary>
public sealed class DamagedSoundTests
{
    private static readonly AudioSpec Lenient = Microphone with { AcceptsDamage = true };

    private static readonly (string ContentType, byte[] Bytes)[] Sounds =
    [
        ("audio/wav", Read("pipe.wav")), ("audio/wav", Read("rf64.wav")[..2000]), ("audio/aiff", Read("tone.aifc")), ("audio/basic", Read("mulaw.au")),
        ("audio/flac", Read("tone.flac")), ("audio/flac", Read("pipe.flac")), ("audio/flac", [.. Read("tone.flac"), .. Read("tone.flac")]),
        ("audio/ogg", Read("tone.ogg")), ("audio/ogg", Read("tone.opus")), ("audio/opus", Read("tone.opus")), ("audio/ogg", Read("flac-in-ogg.ogg")),
        ("audio/ogg", Read("chained-of-three-kinds.ogg")), ("audio/mpeg", Read("tone.mp3")), ("audio/mpeg", Read("pipe-variable.mp3")),
        ("audio/mpeg", [.. Read("tags.mp3"), .. Read("tags.mp3")]), ("audio/mpeg", Read("tone.mp2")),
    ];

    private static readonly Gen<(string ContentType, byte[] Bytes)> Changed =
        from sound in Gen.Elements(Sounds)
        from bytes in DecoderTests.Damaged(sound.Bytes)
        from isRepaired in Gen.Elements(true, false)
        select (sound.ContentType, isRepaired ? WithChecksums(bytes) : bytes);

    [Fact]
    public void A_damaged_sound_is_a_chunk_or_a_rejection_with_a_detail() => Prop.ForAll(
        Changed.ToArbitrary(),
        Gen.Elements(Microphone, Lenient).ToArbitrary(),
        (sound, input) =>
        {
            (MediaSample? Value, Rejection? Rejection) verdict = Judge(input, sound.ContentType, sound.Bytes);
            return verdict.Value is AudioChunk { Samples.Length: > 0 } chunk
                ? Array.TrueForAll(chunk.Samples, float.IsFinite)
                : verdict.Rejection is { Detail.Length: > 10, Cause: null } && input.DecodingBytes(verdict.Rejection.Record) >= 0;
        }).Holds(cases: 3000);

    // So that damage gets past the pages and into the streams in them.
    private static byte[] WithChecksums(byte[] ogg)
    {
        for (int at = 0; OggPage.AtUnchecked(ogg, at) is { } page; at += page.Length)
            BinaryPrimitives.WriteUInt32LittleEndian(ogg.AsSpan(at + 22), OggPage.Checksum(ogg.AsSpan(at, page.Length)));
        return ogg;
    }

    private static byte[] Read(string file) => File.ReadAllBytes(RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Decode", "Sounds", file));
}
