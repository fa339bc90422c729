using System.Runtime.InteropServices;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.TestKit;
using static StreamPerceiver.Tests.Decode.Payloads;
using Decoder = StreamPerceiver.Decode.Decoder;

namespace StreamPerceiver.Tests.Decode;

/// <summary>The sound of segments, made by Tracks/make.sh, with the samples that the program ffmpeg decodes.</summary>
public sealed class TrackTests
{
    private const int Mutations = 3_000;

    private static readonly AudioSpec Telephone = Microphone with { RateHz = 8000 };

    private static readonly EventTime Start = Raw(Telephone, null, null).Time;

    private static readonly string[] Seeds = ["aac.mp4", "fragmented.mp4", "late.ts", "aac.mkv", "alone.aac", "mp3.ts", "mp2.ts", "ac3.ts"];

    [Theory]
    [InlineData("aac.mp4", "video/mp4", 8000, 0)]
    [InlineData("fragmented.mp4", "video/quicktime", 8000, -128)]
    [InlineData("late.ts", "video/mp2t", 8000, 122)]
    [InlineData("aac.mkv", "video/x-matroska", 8000, -128)]
    [InlineData("alone.m4a", "audio/mp4", 8000, 0)]
    [InlineData("alone.m4a", "audio/x-m4a;codecs=mp4a.40.2", 8000, 0)]
    [InlineData("alone.aac", "audio/aac", 8000, 0)]
    [InlineData("mp3.ts", "video/mp2t", 8000, -138)]
    [InlineData("mp2.ts", "video/mp2t", 16_000, -30)]
    [InlineData("ac3.ts", "video/mp2t", 32_000, -8)]
    public void A_track_has_the_samples_of_ffmpeg_at_their_time_from_the_first_picture(string file, string type, int rateHz, int fromMs)
    {
        AudioChunk chunk = Chunk(Telephone with { RateHz = rateHz }, type, Read(file));

        Distance(chunk.Samples, Expected(file)).ShouldBeLessThan(1e-6);
        (chunk.Time - Start).ShouldBeInRange((fromMs - 1) * EventTime.PerMillisecond, (fromMs + 1) * EventTime.PerMillisecond);
        chunk.DurationNs.ShouldBe(chunk.Samples.Length * EventTime.PerSecond / rateHz);
    }

    [Fact]
    public void Channels_are_averaged_and_rates_are_changed_as_of_any_other_sound()
    {
        float[] pair = Expected("stereo.mp4"), mean = [.. Enumerable.Range(0, pair.Length / 2).Select(i => (pair[2 * i] + pair[2 * i + 1]) / 2)];

        Distance(Chunk(Telephone, "video/mp4", Read("stereo.mp4")).Samples, mean).ShouldBeLessThan(1e-6);
        Chunk(Microphone, "video/mp4", Read("stereo.mp4")).Samples.Length.ShouldBe(2 * mean.Length);
    }

    [Theory]
    [InlineData("silent.mp4", "video/mp4", RejectionReason.Undecodable, "no stream of sound")]
    [InlineData("two-sounds.mp4", "video/mp4", RejectionReason.WrongShape, "2 streams of sound")]
    [InlineData("flac.mkv", "video/x-matroska", RejectionReason.UnknownContentType, "its sound is in flac")]
    [InlineData("alone.aac", "audio/mp4", RejectionReason.Undecodable, "(AAC)")]
    public void What_has_not_one_track_that_is_read_is_refused_with_the_reason(string file, string type, RejectionReason reason, string named)
        => Rejected(Telephone, type, Read(file)).Holds(reason, named);

    [Theory]
    [InlineData("aac.mp4", "video/mp4")]
    [InlineData("late.ts", "video/mp2t")]
    [InlineData("aac.mkv", "video/x-matroska")]
    [InlineData("alone.aac", "audio/aac")]
    public void A_track_that_is_cut_off_is_damage_and_is_taken_as_far_as_it_goes_where_that_is_accepted(string file, string type)
    {
        byte[] cut = Read(file)[..^150];

        Rejected(Telephone, type, cut).Holds(RejectionReason.Undecodable, "damaged");
        (MediaSample? taken, Rejection? rejection) = Judge(Telephone with { AcceptsDamage = true }, type, cut);
        (rejection is null).ShouldBe(type != "video/mp4"); // the index of an MP4 file is at its end
        if (rejection is null) ((AudioChunk)taken!).Samples.Length.ShouldBeInRange(1, Expected(file).Length);
    }

    [Fact]
    public void A_gap_in_the_times_of_a_track_is_damage_and_ends_it_where_that_is_accepted()
    {
        Rejected(Telephone, "video/x-matroska", Read("gap.mkv")).Holds(RejectionReason.Undecodable, "its times leave 0.3");
        Chunk(Telephone with { AcceptsDamage = true }, "video/x-matroska", Read("gap.mkv")).Samples.Length.ShouldBeInRange(1000, 3100);
    }

    [Fact]
    public void Limits_hold_before_a_track_is_decoded()
    {
        byte[] track = Read("stereo.mp4");

        Rejected(Telephone with { MaxChannels = 1 }, "video/mp4", track).Holds(RejectionReason.WrongShape, "2 channels", "maxChannels 1");
        Rejected(Telephone with { MaxSamples = 1000 }, "video/mp4", track).Holds(RejectionReason.TooLarge, "maxSamples 1000");
        long weight = Telephone.DecodingBytes(Raw(Telephone, "video/mp4", track).Record);
        weight.ShouldBeInRange(track.Length + 4000 * sizeof(float), track.Length + 6000 * sizeof(float) + (64 << 10));
        List<MediaSample> samples = [];
        new Decoder([Telephone], "decode", mostBytes: weight - 1).Decode(Raw(Telephone, "video/mp4", track), samples)
            .ShouldNotBeNull().Holds(RejectionReason.TooLarge, "Memory:BudgetMb");
    }

    [Fact]
    public void Whatever_becomes_of_a_track_there_are_finite_samples_or_a_reason()
    {
        var random = new Random(20260131);
        byte[][] files = [.. Seeds.Select(Read)];
        for (int i = 0; i < Mutations; i++)
        {
            int seed = i % Seeds.Length;
            byte[] mutated = SegmentLimitTests.Mutated(files[seed], random);
            AudioSpec input = Telephone with { AcceptsDamage = i / Seeds.Length % 2 == 0 };

            (MediaSample? value, Rejection? rejection) = Judge(input, SegmentFiles.TypeOf(Seeds[seed]), mutated);

            if (rejection is not null) rejection.Detail.Length.ShouldBeInRange(10, 1_000, $"mutation {i}");
            else ((AudioChunk)value!).Samples.ShouldAllBe(sample => float.IsFinite(sample), $"mutation {i}");
        }
    }

    private static AudioChunk Chunk(AudioSpec input, string type, byte[] payload)
    {
        (MediaSample? value, Rejection? rejection) = Judge(input, type, payload);
        rejection?.Detail.ShouldBeNull();
        return value.ShouldBeOfType<AudioChunk>();
    }

    private static double Distance(float[] found, float[] expected)
    {
        found.Length.ShouldBe(expected.Length);
        return found.Zip(expected, (a, b) => Math.Abs((double)a - b)).Max();
    }

    private static float[] Expected(string file) => MemoryMarshal.Cast<byte, float>(Read($"{file}.f32")).ToArray();

    private static byte[] Read(string file) => File.ReadAllBytes(RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Decode", "Tracks", file));
}
