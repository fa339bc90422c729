using System.Runtime.InteropServices;
using OpenCvSharp;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Video;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

public sealed class FrameTests
{
    [Fact]
    public void A_png_of_the_pipelines_size_keeps_every_pixel_as_red_green_blue()
    {
        byte[] png = Pictures.Encode(".png", 6, 4, Pictures.Slope);

        VideoFrame frame = Value<VideoFrame>(Camera, "image/png", png);

        frame.Pixels.ShouldBe(Pictures.Rgb(6, 4, Pictures.Slope));
        frame.DurationNs.ShouldBe(1);
    }

    [Theory]
    [InlineData(".jpg", "image/jpeg")]
    [InlineData(".webp", "image/webp")]
    public void A_lossy_picture_keeps_its_colours_nearly(string extension, string contentType)
    {
        byte[] rgb = Value<VideoFrame>(Camera, contentType, Pictures.Encode(extension, 6, 4, Pictures.Slope)).Pixels;

        byte[] expected = Pictures.Rgb(6, 4, Pictures.Slope);
        rgb.Length.ShouldBe(expected.Length);
        rgb.Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(16);
    }

    [Fact]
    public void A_larger_png_shrinks_to_the_mean_of_the_pixels_that_each_stands_for()
    {
        byte[] png = Pictures.Encode(".png", 12, 8, (x, y) => ((byte)(10 * (x / 2) + 4 * (x % 2)), (byte)(50 * (y / 2) + 8 * (y % 2)), 7));

        Value<VideoFrame>(Camera, "image/png", png).Pixels.ShouldBe(Pictures.Rgb(6, 4, (x, y) => ((byte)(10 * x + 2), (byte)(50 * y + 4), 7)));
    }

    [Fact]
    public void A_smaller_png_grows_to_the_pipelines_size()
    {
        byte[] png = Pictures.Encode(".png", 2, 2, (x, y) => ((byte)(x * 255), (byte)(y * 255), 9));

        byte[] rgb = Value<VideoFrame>(Camera, "image/png", png).Pixels;

        rgb.Length.ShouldBe(4 * 6 * 3);
        rgb[..3].ShouldBe([0, 0, 9]);
        rgb[^3..].ShouldBe([255, 255, 9]);
    }

    [Fact]
    public void A_grey_png_has_three_equal_colours()
        => Value<VideoFrame>(Camera, "image/png", Pictures.EncodeGrey(".png", 6, 4, (x, y) => (byte)(40 * x + y))).Pixels
            .ShouldBe(Pictures.Rgb(6, 4, (x, y) => ((byte)(40 * x + y), (byte)(40 * x + y), (byte)(40 * x + y))));

    [Theory]
    [InlineData("IMAGE/PNG")]
    [InlineData(" image/png ; q=1; name=\"a\"")]
    [InlineData("image/png;")]
    public void Content_types_compare_without_case_and_parameters(string contentType)
        => Value<VideoFrame>(Camera, contentType, Pictures.Encode(".png", 6, 4, Pictures.Slope)).Pixels.ShouldBe(Pictures.Rgb(6, 4, Pictures.Slope));

    // What OpenCV makes of it, which turns pictures as the camera was held.
    [Theory]
    [InlineData(6, 4, false)]
    [InlineData(61, 47, false)]
    [InlineData(320, 240, false)]
    [InlineData(61, 47, true)]
    [InlineData(61, 47, true, 2)]
    public void A_jpeg_has_the_pixels_of_OpenCV_to_the_bit(int width, int height, bool isHeldUpright, int fill = 0)
    {
        byte[] jpeg = Pictures.Encode(".jpg", width, height, (x, y) => ((byte)(x * y), (byte)(x * 91 / 7), (byte)(y * 53 / 5)));
        if (isHeldUpright) jpeg = Pictures.Turned(jpeg, fill);
        using Mat decoded = Cv2.ImDecode(jpeg, ImreadModes.Color), sized = new(), rgb = new();
        (decoded.Width < decoded.Height).ShouldBe(isHeldUpright);
        Cv2.Resize(decoded, sized, new Size(6, 4), interpolation: InterpolationFlags.Area);
        Cv2.CvtColor(sized, rgb, ColorConversionCodes.BGR2RGB);
        byte[] expected = new byte[6 * 4 * 3];
        Marshal.Copy(rgb.Data, expected, 0, expected.Length);

        Value<VideoFrame>(Camera, "image/jpeg", jpeg).Pixels.ShouldBe(expected);
    }

    [Fact]
    public void A_camera_may_pad_its_jpeg_with_zeros()
    {
        byte[] jpeg = Pictures.Encode(".jpg", 6, 4, Pictures.Slope);

        Value<VideoFrame>(Camera, "image/jpeg", [.. jpeg, 0, 0, 0]).Pixels.ShouldBe(Value<VideoFrame>(Camera, "image/jpeg", jpeg).Pixels);
    }

    [Theory]
    [InlineData(".png", "image/jpeg", "89504E470D0A1A0A")]
    [InlineData(".jpg", "image/png", "FFD8FF")]
    [InlineData(".jpg", "image/webp", "FFD8FF")]
    [InlineData(".webp", "image/jpeg", "52494646")]
    public void A_picture_that_is_not_what_it_says_is_rejected_by_its_first_bytes(string extension, string contentType, string found)
        => Rejected(Camera, contentType, Pictures.Encode(extension, 6, 4, Pictures.Slope)).Holds(RejectionReason.Undecodable, found, contentType);

    // Sharp edges, so that the last bytes of the file still carry pixels.
    [Theory]
    [InlineData(".jpg", "image/jpeg")]
    [InlineData(".png", "image/png")]
    [InlineData(".webp", "image/webp")]
    public void A_picture_cut_off_anywhere_is_rejected(string extension, string contentType)
    {
        byte[] whole = Pictures.Encode(extension, 24, 16, (x, y) => ((byte)(x * y * 37), (byte)(x * 91), (byte)(y * 53)));
        Value<VideoFrame>(Camera, contentType, whole);

        for (int length = 1; length < whole.Length; length++)
            Rejected(Camera, contentType, whole[..length]).Reason.ShouldBe(RejectionReason.Undecodable, $"{length} of {whole.Length} bytes");
    }

    [Fact]
    public void A_jpeg_without_its_end_names_its_length_and_the_missing_marker()
    {
        byte[] jpeg = Pictures.Encode(".jpg", 6, 4, Pictures.Slope)[..^2];

        Rejected(Camera, "image/jpeg", jpeg).Holds(RejectionReason.Undecodable, $"{jpeg.Length} bytes", "end-of-image marker");
    }

    [Fact]
    public void A_damaged_png_names_the_chunk_and_both_checksums()
    {
        byte[] png = Pictures.Encode(".png", 6, 4, Pictures.Slope);
        png[png.Length / 2] ^= 0x55;

        Rejected(Camera, "image/png", png).Holds(RejectionReason.Undecodable, "checksum", "IDAT");
    }

    // 400 million pixels: more than our limit, less than OpenCV's own.
    [Fact]
    public void A_small_file_that_claims_a_huge_picture_is_rejected_for_its_size()
    {
        byte[] bomb = Pictures.Claiming(Pictures.Encode(".jpg", 6, 4, Pictures.Slope), 20_000, 20_000);

        Rejected(Camera, "image/jpeg", bomb).Holds(RejectionReason.TooLarge, "400000000 pixels", "67108864", "inputs.camera.maxPixels");
    }

    [Theory]
    [InlineData(null, "''")]
    [InlineData("", "''")]
    [InlineData("image/avif", "'image/avif'")]
    [InlineData("image/heic", "'image/heic'")]
    [InlineData("application/json", "'application/json'")]
    public void Another_content_type_is_rejected_with_the_ones_that_are_known(string? contentType, string found)
        => Rejected(Camera, contentType, [1, 2, 3])
            .Holds(RejectionReason.UnknownContentType, found, "image/jpeg, image/jpg, image/pjpeg, image/png, image/apng, image/webp, image/gif, image/bmp");
}
