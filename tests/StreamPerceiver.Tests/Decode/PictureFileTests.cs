using OpenCvSharp;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Video;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Pictures as cameras and tools write them: other formats, orientation, 16 bits, grey, and files of several pictures.</summary>
public sealed class PictureFileTests
{
    private static readonly VideoSpec Grey = Camera with { Channels = 1 };

    [Theory]
    [InlineData(".jpg", "image/jpg")]
    [InlineData(".jpg", "image/pjpeg")]
    [InlineData(".png", "image/apng")]
    [InlineData(".bmp", "image/bmp")]
    [InlineData(".bmp", "image/x-ms-bmp")]
    [InlineData(".tiff", "image/tiff")]
    public void A_format_has_all_of_its_names(string extension, string contentType)
        => Value<VideoFrame>(Camera, contentType, Pictures.Encode(extension, 6, 4, Pictures.Slope)).Pixels
            .Zip(Pictures.Rgb(6, 4, Pictures.Slope), (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(16);

    [Theory]
    [InlineData("one.gif", "image/gif")]
    [InlineData("lzw.tif", "image/tiff")]
    [InlineData("packbits.tif", "image/tiff")]
    public void A_file_of_a_tool_has_its_size(string file, string contentType)
        => Value<VideoFrame>(Camera with { Width = 48, Height = 36 }, contentType, Pictures.File(file)).Pixels[..3]
            .Zip(new byte[] { 0, 0, 100 }, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(24);

    [Fact]
    public void A_jpeg_in_inks_has_the_colours_that_they_print()
    {
        byte[] rgb = Value<VideoFrame>(Camera with { Width = 16, Height = 16 }, "image/jpeg", Pictures.File("cmyk.jpg")).Pixels;

        byte[] drawn = Pictures.Rgb(16, 16, (x, y) => ((byte)(12 * x), (byte)(10 * y), 100));
        rgb.Zip(drawn, (a, b) => Math.Abs(a - b)).Average().ShouldBeLessThan(4);
    }

    // A row of three marks, held in eight ways: where the first pixel of the upright picture comes from.
    [Theory]
    [InlineData(1, "012345")]
    [InlineData(2, "210543")]
    [InlineData(3, "543210")]
    [InlineData(4, "345012")]
    [InlineData(5, "031425")]
    [InlineData(6, "304152")]
    [InlineData(7, "524130")]
    [InlineData(8, "251403")]
    public void A_picture_is_turned_as_the_camera_was_held_in_every_format(int orientation, string order)
    {
        bool isTurned = orientation > 4;
        VideoSpec spec = Camera with { Width = isTurned ? 2 : 3, Height = isTurned ? 3 : 2 };
        byte[] expected = [.. order.SelectMany(c => Mark(c - '0'))];

        foreach ((string type, byte[] file) in Held(orientation))
            Value<VideoFrame>(spec, type, file).Pixels.ShouldBe(expected, $"{type}, orientation {orientation}");
    }

    [Theory]
    [InlineData(".png", "image/png")]
    [InlineData(".tiff", "image/tiff")]
    public void A_picture_of_16_bits_is_scaled_by_the_range_of_its_input(string extension, string contentType)
    {
        ushort[] numbers = [0, 2900, 2901, 3180, 3459, 3460, 65535, 3040];
        byte[] file = Sixteen(extension, numbers);

        byte[] rgb = Value<VideoFrame>(Camera with { Width = 8, Height = 1, Range = (2900, 3460) }, contentType, file).Pixels;

        rgb.Where((_, i) => i % 3 == 0).ShouldBe([0, 0, 0, 128, 255, 255, 255, 64]);
        Value<VideoFrame>(Grey with { Width = 8, Height = 1, Range = (2900, 3460) }, contentType, file).Pixels.ShouldBe([0, 0, 0, 128, 255, 255, 255, 64]);
        Rejected(Camera, contentType, file).Holds(RejectionReason.WrongShape, "16 bits", "inputs.camera.range");
    }

    [Fact]
    public void A_picture_of_8_bits_is_as_it_is_whatever_the_range()
        => Value<VideoFrame>(Camera with { Range = (2900, 3460) }, "image/png", Pictures.Encode(".png", 6, 4, Pictures.Slope)).Pixels
            .ShouldBe(Pictures.Rgb(6, 4, Pictures.Slope));

    [Theory]
    [InlineData(".png", "image/png")]
    [InlineData(".jpg", "image/jpeg")]
    [InlineData(".webp", "image/webp")]
    public void An_input_of_one_channel_has_one_number_a_pixel(string extension, string contentType)
    {
        byte[] grey = Value<VideoFrame>(Grey, contentType, Pictures.Encode(extension, 6, 4, (x, _) => ((byte)(40 * x), (byte)(40 * x), (byte)(40 * x)))).Pixels;

        grey.Length.ShouldBe(24);
        grey.Select((value, i) => Math.Abs(value - 40 * (i % 6))).Max().ShouldBeLessThan(8);
    }

    [Theory]
    [InlineData("animated.webp", "image/webp")]
    [InlineData("animated.png", "image/png")]
    [InlineData("animated.gif", "image/gif")]
    [InlineData("pages.tif", "image/tiff")]
    public void A_file_of_several_pictures_is_rejected_with_their_number(string file, string contentType)
        => Rejected(Camera, contentType, Pictures.File(file)).Holds(RejectionReason.WrongShape, "holds 2 pictures", "a record of its own");

    [Theory]
    [InlineData("avif", "image/avif")]
    [InlineData("heic", "image/heic")]
    public void A_format_that_is_not_read_is_named(string brand, string name)
    {
        byte[] file = [0, 0, 0, 28, .. "ftyp"u8, .. System.Text.Encoding.ASCII.GetBytes(brand), 0, 0, 0, 0];

        Rejected(Camera, "image/jpeg", file).Holds(RejectionReason.Undecodable, "not image/jpeg", $"it is {name}");
        Rejected(Camera, name, file).Holds(RejectionReason.UnknownContentType, $"'{name}'", "expected image/jpeg");
    }

    private static byte[] Mark(int i) => [(byte)(40 * i), (byte)(255 - 30 * i), (byte)(7 * i)];

    // Formats without a loss. FrameTests has JPEG.
    private static IEnumerable<(string Type, byte[] File)> Held(int orientation)
    {
        byte[] exif = [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        byte[] png = Marks(".png"), webp = Marks(".webp", (int)ImwriteFlags.WebPQuality, 101), tiff = Marks(".tiff");
        yield return ("image/png", [.. png[..33], .. Pictures.Chunk("eXIf", exif), .. png[33..]]);
        byte[] chunks =
            [.. "WEBPVP8X"u8, 10, 0, 0, 0, 8, 0, 0, 0, 2, 0, 0, 1, 0, 0, .. webp[12..], .. "EXIF"u8, (byte)exif.Length, 0, 0, 0, .. exif];
        yield return ("image/webp", [.. "RIFF"u8, (byte)chunks.Length, 0, 0, 0, .. chunks]);
        yield return ("image/tiff", Tagged(tiff, (byte)orientation));
    }

    private static byte[] Marks(string extension, params int[] options)
    {
        using var mat = new Mat(2, 3, MatType.CV_8UC3);
        byte[] bgr = [.. Enumerable.Range(0, 6).SelectMany(i => Mark(i).Reverse())];
        System.Runtime.InteropServices.Marshal.Copy(bgr, 0, mat.Data, bgr.Length);
        Cv2.ImEncode(extension, mat, out byte[] file, options);
        return file;
    }

    // Copies the directory of a little-endian TIFF to its end, with the orientation in it. Tags ascend.
    private static byte[] Tagged(byte[] tiff, byte orientation)
    {
        int at = BitConverter.ToInt32(tiff, 4), count = BitConverter.ToUInt16(tiff, at);
        byte[] entry = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
        IEnumerable<byte[]> others = Enumerable.Range(0, count).Select(i => tiff[(at + 2 + 12 * i)..(at + 14 + 12 * i)]).Where(e => e[0] != 0x12 || e[1] != 1);
        byte[][] entries = [.. others.Append(entry).OrderBy(e => BitConverter.ToUInt16(e))];
        byte[] even = [.. tiff, .. new byte[tiff.Length % 2]];
        return [.. even[..4], .. BitConverter.GetBytes(even.Length), .. even[8..], (byte)entries.Length, 0, .. entries.SelectMany(e => e), 0, 0, 0, 0];
    }

    private static byte[] Sixteen(string extension, ushort[] numbers)
    {
        using var mat = new Mat(1, numbers.Length, MatType.CV_16UC1);
        mat.SetArray(numbers);
        Cv2.ImEncode(extension, mat, out byte[] file);
        return file;
    }
}
