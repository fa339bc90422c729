using FsCheck.Fluent;
using OpenCvSharp;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Video;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Damage is a dead letter with the library's text; bytes that change no pixel are none.</summary>
public sealed class DamagedPictureTests
{
    private static readonly VideoSpec Accepting = Camera with { RejectDamage = false };

    private static readonly byte[] Plain = Jpeg();
    private static readonly byte[] Restarting = Jpeg((int)ImwriteFlags.JpegRstInterval, 7);
    private static readonly byte[] Progressive = Jpeg((int)ImwriteFlags.JpegProgressive, 1);

    public static TheoryData<string, string> Tails => new()
    {
        { "\r\n", "a line" }, { "\r\n--myboundary\r\n", "a multipart boundary" }, { "\u00ff\u00ff\u00ff", "padding" }, { "\0\0\0", "zeros" },
        { "\u00ff\u00d8\u00ff\u00e0trailer", "the begin of another picture" }, { "\u00ff\u00da\u00ff\u00da", "markers of scans" },
    };

    [Theory]
    [InlineData("plain")]
    [InlineData("restarting")]
    [InlineData("progressive")]
    public void A_jpeg_with_data_missing_is_rejected_with_the_librarys_text(string kind)
    {
        byte[] whole = kind switch { "plain" => Plain, "restarting" => Restarting, _ => Progressive };
        Value<VideoFrame>(Camera, "image/jpeg", whole);
        int half = whole.Length / 2, lost = whole.Length / 8;
        foreach (byte[] damaged in (byte[][])[[.. whole[..half], 0xFF, 0xD9], [.. whole[..half], .. whole[(half + lost)..]]])
        {
            Rejected(Camera, "image/jpeg", damaged).Holds(RejectionReason.Undecodable, "damaged", "Corrupt JPEG data");
            Value<VideoFrame>(Accepting, "image/jpeg", damaged).Pixels.Length.ShouldBe(6 * 4 * 3);
        }
    }

    [Fact]
    public void A_jpeg_with_zeros_in_place_of_its_data_is_rejected()
    {
        byte[] zeros = [.. Plain];
        zeros.AsSpan(zeros.Length / 2, zeros.Length / 8).Clear();

        Rejected(Camera, "image/jpeg", zeros).Holds(RejectionReason.Undecodable, "Corrupt JPEG data");
    }

    [Theory]
    [MemberData(nameof(Tails))]
    public void A_jpeg_with_a_tail_has_the_pixels_of_the_jpeg_without(string tail, string what)
    {
        foreach (byte[] whole in (byte[][])[Plain, Restarting, Progressive])
        {
            byte[] tailed = [.. whole, .. System.Text.Encoding.Latin1.GetBytes(tail)];
            Value<VideoFrame>(Camera, "image/jpeg", tailed).Pixels.ShouldBe(Value<VideoFrame>(Camera, "image/jpeg", whole).Pixels, what);
        }
    }

    // Before restart markers and before the end: what webcams write.
    [Theory]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 0xFF, 0xFF })]
    [InlineData(new byte[] { 13, 10, 0x4B, 0xFF, 0 })]
    public void Stray_bytes_before_a_marker_change_nothing(byte[] strays)
    {
        byte[] expected = Value<VideoFrame>(Camera, "image/jpeg", Restarting).Pixels;
        List<byte> strayed = [];
        int markers = 0;
        for (int i = 0; i < Restarting.Length; i++)
        {
            bool isMarker = i > 600 && Restarting[i] == 0xFF && Restarting[i + 1] is >= 0xD0 and <= 0xD9;
            if (isMarker && markers++ % 2 == 0) strayed.AddRange(strays);
            strayed.Add(Restarting[i]);
        }

        markers.ShouldBeGreaterThan(5);
        Value<VideoFrame>(Camera, "image/jpeg", [.. strayed]).Pixels.ShouldBe(expected);
        Value<VideoFrame>(Camera, "image/jpeg", [.. Plain[..^2], .. strays, .. Plain[^2..]]).Pixels
            .ShouldBe(Value<VideoFrame>(Camera, "image/jpeg", Plain).Pixels);
    }

    [Fact]
    public void Many_bytes_before_a_marker_are_the_rest_of_damaged_data()
        => Rejected(Camera, "image/jpeg", [.. Plain[..^2], .. Enumerable.Repeat((byte)0x4B, 65), .. Plain[^2..]])
            .Holds(RejectionReason.Undecodable, "extraneous bytes before marker 0xd9");

    [Fact]
    public void A_png_whose_pixels_end_early_is_rejected_though_all_its_checksums_are_right()
    {
        byte[] png = Pictures.Encode(".png", 24, 16, (x, y) => ((byte)(x * y * 37), (byte)(x * 91), (byte)(y * 53)));
        int data = png.AsSpan().IndexOf("IDAT"u8), length = PictureHeader.BigInt(png, data - 4);
        byte[] half = Pictures.Chunk("IDAT", png.AsSpan(data + 4, length / 2));

        Rejected(Camera, "image/png", [.. png[..(data - 4)], .. half, .. Pictures.Chunk("IEND", [])]).Reason.ShouldBe(RejectionReason.Undecodable);
    }

    [Theory]
    [InlineData("one.gif", "image/gif")]
    [InlineData("raw.tif", "image/tiff")]
    [InlineData("lzw.tif", "image/tiff")]
    [InlineData("deflate.tif", "image/tiff")]
    [InlineData("packbits.tif", "image/tiff")]
    public void A_file_whose_data_end_early_is_rejected_and_taken_where_damage_is_accepted(string file, string contentType)
    {
        byte[] whole = Pictures.File(file);
        Value<VideoFrame>(Camera, contentType, whole);
        for (int length = 1; length < whole.Length; length += 7)
            Rejected(Camera, contentType, whole[..length]).Reason.ShouldBe(RejectionReason.Undecodable, $"{length} of {whole.Length} bytes");

        // Of codes and checksums, which unpacked bytes and runs have none of.
        byte[] zeros = [.. whole];
        zeros.AsSpan(whole.Length / 2, 40).Clear();
        if (file is not ("raw.tif" or "packbits.tif")) Rejected(Camera, contentType, zeros).Reason.ShouldBe(RejectionReason.Undecodable);
    }

    [Fact]
    public void Whatever_is_wrong_with_a_file_there_is_a_picture_or_a_reason() => Prop.ForAll(
        Gen.Elements(Samples()).SelectMany(s => DecoderTests.Damaged(s.Bytes).Select(bytes => (s.Type, Bytes: bytes))).ToArbitrary(),
        damaged =>
        {
            (MediaSample? Value, Rejection? Rejection) verdict = Judge(Camera with { MaxPixels = 1 << 20, Range = (0, 65535) }, damaged.Type, damaged.Bytes);
            return verdict.Value is VideoFrame { Pixels.Length: 72 } || verdict.Rejection is { Detail.Length: > 10 } r && !r.Detail.Contains("decode failed");
        }).Holds(cases: 3000);

    private static (string Type, byte[] Bytes)[] Samples() =>
    [
        ("image/jpeg", Plain), ("image/jpeg", Restarting), ("image/jpeg", Progressive), ("image/jpeg", Pictures.File("cmyk.jpg")),
        ("image/jpeg", Pictures.Turned(Plain, 0)), ("image/png", Pictures.File("animated.png")), ("image/webp", Pictures.File("animated.webp")),
        ("image/webp", Pictures.Encode(".webp", 24, 16, Pictures.Slope)), ("image/png", Pictures.Encode(".png", 24, 16, Pictures.Slope)),
        ("image/gif", Pictures.File("one.gif")), ("image/bmp", Pictures.Encode(".bmp", 24, 16, Pictures.Slope)),
        .. new[] { "raw", "lzw", "deflate", "packbits", "pages" }.Select(name => ("image/tiff", Pictures.File($"{name}.tif"))),
    ];

    // Noise, so that every byte counts.
    private static byte[] Jpeg(params int[] options)
    {
        var random = new Random(7);
        using var mat = new Mat(96, 128, MatType.CV_8UC3);
        byte[] pixels = new byte[96 * 128 * 3];
        random.NextBytes(pixels);
        System.Runtime.InteropServices.Marshal.Copy(pixels, 0, mat.Data, pixels.Length);
        Cv2.ImEncode(".jpg", mat, out byte[] jpeg, options);
        return jpeg;
    }
}
