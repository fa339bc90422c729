using StreamPerceiver.Decode;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.TestKit;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>What decoding a sound takes is known from its header.</summary>
public sealed class SoundWeightTests
{
    [Theory]
    [InlineData("tone.wav", "audio/wav")]
    [InlineData("tone.flac", "audio/flac")]
    [InlineData("pipe.flac", "audio/flac")]
    [InlineData("flac-in-ogg.ogg", "audio/ogg")]
    [InlineData("chained-of-three-kinds.ogg", "audio/ogg")]
    [InlineData("tone.opus", "audio/opus")]
    [InlineData("tone.mp3", "audio/mpeg")]
    [InlineData("variable-without-count.mp3", "audio/mpeg")]
    [InlineData("tone.aiff", "audio/aiff")]
    [InlineData("mulaw.au", "audio/basic")]
    [InlineData("tone.wav", "audio/L16;rate=8000")]
    public void A_sound_weighs_what_decoding_it_takes(string file, string contentType)
    {
        AudioSpec studio = Microphone with { RateHz = 48_000 };
        byte[] payload = Read(file);
        int samples = Value<AudioChunk>(studio, contentType, payload).Samples.Length;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Judge(studio, contentType, payload);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;

        long weight = studio.DecodingBytes(Raw(studio, contentType, payload).Record);

        weight.ShouldBeInRange(sizeof(float) * samples, 5 * samples + payload.Length + (300 << 10));
        taken.ShouldBeLessThan(weight);
    }

    // 3 kB become 38 MB at 16 kHz.
    [Fact]
    public void Silence_weighs_what_it_becomes_and_no_sound_more_than_the_longest()
    {
        Weight("audio/flac", Read("silence-601s.flac")).ShouldBeInRange(600 * 64_000, 600 * 64_000 + 300_000);
        Weight("audio/pcm;rate=1000;channels=1;format=u8", new byte[10_000_000]).ShouldBeInRange(600 * 64_000, 600 * 64_000 + 10_300_000);
        Weight("audio/pcm;rate=16000;channels=1;format=s16le", new byte[32_000]).ShouldBeInRange(64_000, 64_000 + 300_000);
    }

    [Fact]
    public void A_sound_that_would_take_more_than_its_part_of_the_budget_is_rejected_before_it_is_decoded()
    {
        byte[] payload = Read("tone.flac");
        var decoder = new Decoder([Microphone], "decode", mostBytes: Weight("audio/flac", payload) - 1);

        Rejection rejection = decoder.DecodeOne(Raw(Microphone, "audio/flac", payload)).Rejection.ShouldNotBeNull();

        rejection.Holds(RejectionReason.TooLarge, "sound of 0.25 s takes 1 MB to decode", "Memory:BudgetMb");
    }

    [Theory]
    [InlineData("audio/flac")]
    [InlineData("audio/none")]
    [InlineData(null)]
    public void What_cannot_be_decoded_weighs_nothing(string? contentType) => Weight(contentType, new byte[100_000]).ShouldBe(0);

    // 3,452 bytes whose 256 codebooks have four million entries each: libvorbis would take ten gigabytes for them, and end the process where it cannot.
    [Fact]
    public void A_stream_of_vorbis_cannot_claim_gigabytes_of_codebooks()
        => Rejected(Microphone, "audio/ogg", Read("codebooks-of-gigabytes.ogg")).Holds(RejectionReason.Undecodable, "codebooks", "8388608 numbers", "4194304");

    private static long Weight(string? contentType, byte[] payload) => Microphone.DecodingBytes(Raw(Microphone, contentType, payload).Record);

    private static byte[] Read(string file) => File.ReadAllBytes(RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Decode", "Sounds", file));
}
