using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Video;
using static StreamPerceiver.Tests.Decode.Payloads;
using static StreamPerceiver.Tests.Decode.SegmentFiles;

namespace StreamPerceiver.Tests.Decode;

/// <summary>What a segment may cost is known before it is decoded, and hostile ones end as rejections.</summary>
public sealed class SegmentLimitTests
{
    private const int Mutations = 1_500;

    private static readonly string[] Seeds =
    [
        "h264.mp4", "fragmented.mp4", "h264.ts", "h264.h264", "h264.mkv", "h265.mp4", "h265.h265", "vp8.webm", "vp9.webm", "av1.mp4", "mjpeg.avi",
        "ten-bits.mp4", "turned-90.mp4", "two-videos.mp4", "open-group.ts",
    ];

    [Fact]
    public void Pictures_of_more_pixels_than_the_input_allows_are_rejected()
        => Rejected(Film with { MaxPixels = 64 * 48 - 1 }, "video/mp4", Read("h264.mp4"))
            .Holds(RejectionReason.TooLarge, "64 x 48 has 3072 pixels", "inputs.camera.maxPixels");

    [Fact]
    public void Two_streams_of_video_are_rejected()
        => Rejected(Film, "video/mp4", Read("two-videos.mp4")).Holds(RejectionReason.WrongShape, "2 streams of video", "expected one");

    [Fact]
    public void A_codec_that_is_not_read_is_named()
        => Rejected(Film, "video/avi", Read("mpeg4.avi")).Holds(RejectionReason.UnknownContentType, "mpeg4", "h264, hevc, vp8, vp9, av1 or mjpeg");

    [Theory]
    [InlineData("h264.mp4")]
    [InlineData("h264.ts")]
    [InlineData("vp8.webm")]
    [InlineData("mjpeg.avi")]
    public void A_segment_weighs_its_frames_and_what_decoding_takes(string file)
    {
        byte[] payload = Read(file);
        VideoSpec large = Film with { Width = 640, Height = 480 };

        long weight = large.DecodingBytes(Raw(large, TypeOf(file), payload).Record);

        weight.ShouldBeInRange(18 * 640 * 480 * 3, 18 * 640 * 480 * 3 + (1 << 20));
        FramesOf(large, TypeOf(file), payload, weight).Rejection.ShouldBeNull();
        (List<VideoFrame> frames, Rejection? rejection) = FramesOf(large, TypeOf(file), payload, weight - 1);
        frames.ShouldBeEmpty();
        rejection.ShouldNotBeNull().Holds(RejectionReason.TooLarge, "a segment of 18 pictures of 64 x 48", "Memory:BudgetMb");
    }

    [Fact]
    public void A_segment_weighs_the_same_where_the_input_names_its_type()
    {
        byte[] payload = Read("h264.mp4");
        VideoSpec named = Film with { DefaultContentType = "video/mp4" };

        named.DecodingBytes(Raw(named, null, payload).Record).ShouldBe(Film.DecodingBytes(Raw(Film, "video/mp4", payload).Record));
        FramesOf(named, "video/mp4", payload).Frames.Count.ShouldBe(18);
    }

    [Fact]
    public void Whatever_becomes_of_a_segment_there_are_frames_of_the_right_size_or_a_reason()
    {
        var random = new Random(20260131);
        byte[][] files = [.. Seeds.Select(Read)];
        for (int i = 0; i < Mutations; i++)
        {
            byte[] mutated = Mutated(files[i % Seeds.Length], random);

            (List<VideoFrame> frames, Rejection? rejection) = FramesOf(Film, TypeOf(Seeds[i % Seeds.Length]), mutated, 64 << 20);

            if (frames.Count == 0) rejection.ShouldNotBeNull($"mutation {i}").Detail.Length.ShouldBeInRange(10, 1_000);
            frames.ShouldAllBe(frame => frame.Pixels.Length == 64 * 48 * 3 && frame.Time - Start <= Film.MaxSpanNs, $"mutation {i}");
        }
    }

    internal static byte[] Mutated(byte[] payload, Random random)
    {
        List<byte> bytes = [.. payload];
        for (int changes = random.Next(1, 8); changes > 0; changes--)
        {
            int at = random.Next(random.Next(2) == 0 ? bytes.Count : Math.Min(bytes.Count, 800)), length = Math.Min(random.Next(1, 200), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(random.Next(at + 1), Math.Min(length, bytes.Count - at))); break;
                case 3: for (int k = 0; k < Math.Min(4, length); k++) bytes[at + k] = (byte)(random.Next(2) * 255); break;
                case 4: if (random.Next(4) == 0 && at > 0) bytes.RemoveRange(at, bytes.Count - at); break;
                default: if (bytes.Count > length) bytes.RemoveRange(at, length); break;
            }
        }

        return [.. bytes];
    }
}
