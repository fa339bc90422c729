using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Video;
using static StreamPerceiver.Tests.Decode.Payloads;
using static StreamPerceiver.Tests.Decode.SegmentFiles;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Segments with damage give the frames that are good, and a rejection of the rest with their number. No concealed picture is used.</summary>
public sealed class SegmentDamageTests
{
    [Theory]
    [InlineData("h264.ts", 0.4)]
    [InlineData("h264.ts", 0.8)]
    [InlineData("h264.mp4", 0.8)]
    [InlineData("fragmented.mp4", 0.8)]
    [InlineData("h264.mkv", 0.6)]
    [InlineData("vp8.webm", 0.5)]
    [InlineData("mjpeg.avi", 0.5)]
    public void A_segment_that_is_cut_off_gives_the_frames_before_the_cut(string file, double part)
    {
        byte[] whole = Read(file);

        (List<VideoFrame> frames, Rejection rejection) = Damaged(file, whole[..(int)(part * whole.Length)]);

        frames.Count.ShouldBeInRange(1, 17);
        rejection.Holds(RejectionReason.Undecodable, "the segment is damaged");
    }

    [Fact]
    public void Packets_that_are_lost_on_the_way_cost_the_frames_up_to_the_next_key_frame()
    {
        byte[] whole = Read("h264.ts");
        int lost = FirstFrameWithBytes(whole);

        (List<VideoFrame> frames, Rejection rejection) = Damaged("h264.ts", [.. whole[..lost], .. whole[(lost + 188)..]]);

        frames.Select(frame => frame.Time - Start).ShouldContain(Expected("h264.ts")[9].Time, "the second group begins with a key frame");
        frames.Count.ShouldBeInRange(9, 17);
        rejection.Holds(RejectionReason.Undecodable, "of 18 pictures cannot be decoded, or need one that cannot");
    }

    // The longest NAL unit of type 1 whose header has no reference bits loses its second half.
    [Fact]
    public void A_damaged_frame_that_no_other_refers_to_costs_no_other()
    {
        byte[] stream = Read("noisy.h264");
        (int at, int length) = Enumerable.Range(0, stream.Length - 4).Where(i => stream.AsSpan(i).StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0x01]))
            .Select(i => (i, 3 + stream.AsSpan(i + 3).IndexOf((ReadOnlySpan<byte>)[0, 0, 1]))).MaxBy(unit => unit.Item2);

        (List<VideoFrame> frames, Rejection rejection) = Damaged("noisy.h264", [.. stream[..(at + length / 2)], .. stream[(at + length)..]]);

        frames.Count.ShouldBe(8);
        rejection.Holds(RejectionReason.Undecodable, "1 of 9 pictures");
    }

    // A frame of two fields is shown with the first, so the damage of the second must be found there.
    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void A_damaged_field_costs_its_frame_and_those_that_need_it(int field)
    {
        byte[] stream = Read("fields.h264");
        int[] slices = [.. Enumerable.Range(0, stream.Length - 4)
            .Where(i => stream.AsSpan(i).StartsWith((ReadOnlySpan<byte>)[0, 0, 1]) && stream[i + 3] is 0x41 or 0x65)];

        (List<VideoFrame> frames, Rejection? rejection) = FramesOf(
            Film with { Height = 64 }, "video/h264;rate=12", [.. stream[..((slices[field] + slices[field + 1]) / 2)], .. stream[slices[field + 1]..]]);

        Listed(frames).ShouldBe(Expected("fields.h264")[..3]);
        rejection.ShouldNotBeNull().Holds(RejectionReason.Undecodable, "the segment is damaged");
    }

    [Fact]
    public void A_segment_without_a_key_frame_gives_no_frame()
    {
        byte[] stream = Read("h264.h264");
        int second = Enumerable.Range(1, stream.Length - 5).First(i => stream.AsSpan(i).StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0x41]));
        int next = Enumerable.Range(second, stream.Length - second - 5).First(i => stream.AsSpan(i).StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 1, 0x67]));

        (List<VideoFrame> frames, Rejection? rejection) = FramesOf(Film, "video/h264;rate=12", stream[second..next]);

        frames.ShouldBeEmpty();
        rejection.ShouldNotBeNull().Reason.ShouldBe(RejectionReason.Undecodable);
    }

    [Fact]
    public void Pictures_that_need_the_segment_before_are_rejected_and_keep_their_place_in_time()
    {
        (List<VideoFrame> frames, Rejection? rejection) = FramesOf(Film, "video/mp2t", Read("open-group.ts"));

        Listed(frames).Select(frame => frame.Sum).ShouldBe(Expected("open-group.ts").Select(frame => frame.Sum));
        (frames[0].Time - Start).ShouldBe(EventTime.PerSecond / 12);
        rejection.ShouldNotBeNull().Holds(RejectionReason.Undecodable, "1 of 9 pictures cannot be decoded, or need one that cannot: 1");
    }

    [Fact]
    public void An_input_that_accepts_damage_has_the_concealed_frames_too()
    {
        byte[] whole = Read("h264.ts");
        int lost = FirstFrameWithBytes(whole);

        byte[] damaged = [.. whole[..lost], .. whole[(lost + 188)..]];

        (List<VideoFrame> frames, Rejection? rejection) = FramesOf(Film with { RejectDamage = false }, "video/mp2t", damaged);

        rejection.ShouldBeNull();
        frames.Count.ShouldBeGreaterThan(Damaged("h264.ts", damaged).Frames.Count);
    }

    [Theory]
    [InlineData("video/mp4", "h264.ts", "have no stream of video")]
    [InlineData("video/webm", "h264.mp4", "have no")]
    [InlineData("video/mp4", "sound.mp4", "have no stream of video")]
    public void A_payload_without_video_of_its_type_is_rejected(string contentType, string file, string named)
        => Rejected(Film, contentType, Read(file)).Holds(RejectionReason.Undecodable, named);

    [Fact]
    public void A_fragment_without_its_beginning_is_rejected()
    {
        byte[] whole = Read("fragmented.mp4");
        int fragment = whole.AsSpan().IndexOf("moof"u8) - 4;

        Rejected(Film, "video/mp4", whole[fragment..]).Holds(RejectionReason.Undecodable, "have no stream of video");
    }

    // Every frame that comes of a damaged segment is one of the whole segment, at its time.
    private static (List<VideoFrame> Frames, Rejection Rejection) Damaged(string file, byte[] payload)
    {
        (List<VideoFrame> frames, Rejection? rejection) = FramesOf(Film, TypeOf(file) + ";rate=12", payload);
        Listed(frames).ShouldBeSubsetOf(Expected(file));
        return (frames, rejection.ShouldNotBeNull());
    }

    // The second packet of a picture in the first group: it has neither a start of a picture nor tables. Video is in the packets of identifier 256.
    private static int FirstFrameWithBytes(byte[] ts)
        => Enumerable.Range(0, ts.Length / 188).Select(i => 188 * i).Where(at => ts[at + 1] == 0x01 && ts[at + 2] == 0x00).Skip(6).First();
}
