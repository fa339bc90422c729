using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Video;
using static StreamPerceiver.Tests.Decode.Payloads;
using static StreamPerceiver.Tests.Decode.SegmentFiles;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Segments of video: each frame has its own time, and the pixels that the program ffmpeg gives, to the bit.</summary>
public sealed class SegmentTests
{
    [Theory]
    [InlineData("h264.mp4")]
    [InlineData("fragmented.mp4")]
    [InlineData("uneven.mp4")]
    [InlineData("open-group.mp4")]
    [InlineData("h264.ts")]
    [InlineData("h264.h264")]
    [InlineData("h264.mkv")]
    [InlineData("noisy.h264")]
    [InlineData("h265.mp4")]
    [InlineData("h265.h265")]
    [InlineData("vp8.webm")]
    [InlineData("vp9.webm")]
    [InlineData("av1.mp4")]
    [InlineData("mjpeg.avi")]
    [InlineData("ten-bits.mp4")]
    [InlineData("full-range.mp4")]
    [InlineData("interlaced.mp4")]
    [InlineData("fields.mp4", 64, 64)]
    [InlineData("fields.ts", 64, 64)]
    [InlineData("odd.mp4", 63, 47)]
    [InlineData("turned-90.mp4", 48, 64)]
    [InlineData("turned-180.mp4")]
    [InlineData("turned-270.mp4", 48, 64)]
    public void Every_frame_of_a_segment_has_its_time_and_the_pixels_that_ffmpeg_gives(string file, int width = 64, int height = 48)
    {
        (List<VideoFrame> frames, Rejection? rejection) = FramesOf(Film with { Width = width, Height = height }, TypeOf(file), Read(file));

        rejection.ShouldBeNull();
        Listed(frames).ShouldBe(Expected(file));
        frames.Select(frame => frame.Index).ShouldBe(Enumerable.Range(0, frames.Count));
        frames.ShouldAllBe(frame => frame.Offset == 41);
    }

    [Fact]
    public void Two_fields_of_a_stream_without_times_are_one_frame()
    {
        (List<VideoFrame> frames, Rejection? rejection) = FramesOf(Film with { Height = 64 }, "video/h264;rate=12", Read("fields.h264"));

        rejection.ShouldBeNull();
        Listed(frames).ShouldBe(Expected("fields.h264"));
    }

    [Theory]
    [InlineData("h264.mp4", "video/quicktime")]
    [InlineData("h264.mkv", "video/matroska")]
    [InlineData("mjpeg.avi", "video/avi")]
    [InlineData("mjpeg.avi", "video/vnd.avi")]
    [InlineData("h264.mp4", "VIDEO/MP4; codecs=\"avc1.64000a\"")]
    public void A_format_has_all_of_its_names(string file, string contentType)
        => Listed(FramesOf(Film, contentType, Read(file)).Frames).ShouldBe(Expected(file));

    [Theory]
    [InlineData("24", 24)]
    [InlineData("12.5", 12.5)]
    [InlineData("30000/1001", 30000d / 1001)]
    public void Pictures_without_times_follow_one_another_at_the_rate_that_the_record_states(string rate, double expected)
    {
        (List<VideoFrame> frames, Rejection? rejection) = FramesOf(Film, $"video/h264;rate={rate}", Read("h264.h264"));

        rejection.ShouldBeNull();
        frames.Count.ShouldBe(18);
        for (int i = 0; i < 18; i++) ((frames[i].Time - Start) / 1e9).ShouldBe(i / expected, 1e-8);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-25")]
    [InlineData("25/0")]
    [InlineData("1001")]
    [InlineData("a few")]
    [InlineData("1/2/3")]
    public void A_rate_that_is_none_is_refused(string rate)
        => Rejected(Film, $"video/h264;rate={rate}", Read("h264.h264")).Holds(RejectionReason.UnknownContentType, $"rate is {rate}", "at most 1000");

    [Fact]
    public void A_frame_becomes_the_pipelines_size_as_a_picture_does()
    {
        byte[] full = FramesOf(Film, "video/mp4", Read("h264.mp4")).Frames[5].Pixels;
        byte[] png = Pictures.Encode(".png", 64, 48, (x, y) => (full[3 * (64 * y + x)], full[3 * (64 * y + x) + 1], full[3 * (64 * y + x) + 2]));
        VideoSpec small = Film with { Width = 14, Height = 10 };

        FramesOf(small, "video/mp4", Read("h264.mp4")).Frames[5].Pixels.ShouldBe(Value<VideoFrame>(small, "image/png", png).Pixels);
    }

    [Fact]
    public void A_frame_is_prepared_as_the_models_were_in_training()
    {
        var preparation = new FramePreparation("the test", VideoPatches.UnitLevels) { Fit = (rgb, height, width) => [(byte)height, (byte)width, rgb[0]] };
        VideoSpec one = Film with { Width = 1, Height = 1, Patch = 1 };
        var decoder = new StreamPerceiver.Decode.Decoder(
            [one], "decode", preparations: new Dictionary<string, InputPreparation> { [one.Name] = preparation });
        List<MediaSample> samples = [];

        decoder.Decode(Raw(one, "video/mp4", Read("h264.mp4")), samples).ShouldBeNull();

        samples.Cast<VideoFrame>().ShouldAllBe(frame => frame.Pixels[0] == 48 && frame.Pixels[1] == 64);
    }

    [Theory]
    [InlineData("h264.mp4", 0.299, 0.114)]
    [InlineData("ten-bits.mp4", 0.299, 0.114)]
    [InlineData("full-range.mp4", 0.2126, 0.0722)] // BT.709
    public void An_input_of_one_channel_has_the_grey_of_each_frame(string file, double red, double blue)
    {
        List<VideoFrame> colours = FramesOf(Film, "video/mp4", Read(file)).Frames;
        List<VideoFrame> greys = FramesOf(Film with { Channels = 1 }, "video/mp4", Read(file)).Frames;

        greys.Count.ShouldBe(colours.Count);
        for (int i = 0; i < greys.Count; i++)
        {
            byte[] rgb = colours[i].Pixels, grey = greys[i].Pixels;
            grey.Length.ShouldBe(64 * 48);
            grey.Select((g, at) => Math.Abs(g - (red * rgb[3 * at] + (1 - red - blue) * rgb[3 * at + 1] + blue * rgb[3 * at + 2])))
                .Average().ShouldBeLessThan(4);
        }
    }

    [Fact]
    public void Frames_further_from_their_record_than_samples_may_be_are_rejected_and_those_before_are_used()
    {
        (List<VideoFrame> frames, Rejection? rejection) = FramesOf(Film, "video/h264;rate=5", Read("h264.h264"));

        frames.Count.ShouldBe(11); // 2 s
        rejection.ShouldNotBeNull().Holds(RejectionReason.BadEventTime, "sample 11");
    }
}
