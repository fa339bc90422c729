using OpenCvSharp;

namespace StreamPerceiver.System.Tests.Images;

public class ImageCodecTests
{
    [Fact]
    public void ImDecode_OfAnEncodedPng_GivesTheSamePixels()
    {
        using Mat image = Pictures.Noise(17, 23, MatType.CV_8UC3);

        using Mat back = Cv2.ImDecode(Pictures.Encoded(image, ".png"), ImreadModes.Color);

        back.Size().ShouldBe(new Size(23, 17));
        back.Type().ShouldBe(MatType.CV_8UC3);
        Pictures.Bytes(back).ToArray().ShouldBe(Pictures.Bytes(image).ToArray());
    }

    [Fact]
    public void ImDecode_OfAnEncodedJpeg_StaysCloseToThePixels()
    {
        using Mat image = Pictures.Gradient(64, 48);

        using Mat back = Cv2.ImDecode(Pictures.Encoded(image, ".jpg"), ImreadModes.Color);

        byte[] before = Pictures.Bytes(image).ToArray(), after = Pictures.Bytes(back).ToArray();
        before.Zip(after, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(8);
    }

    [Fact]
    public void ImDecode_EveryOverload_GivesTheSameImage()
    {
        using Mat image = Pictures.Noise(9, 5, MatType.CV_8UC3);
        byte[] bytes = Pictures.Encoded(image, ".png");
        using Mat wrapped = Mat.FromPixelData(1, bytes.Length, MatType.CV_8UC1, bytes);

        using Mat fromArray = Cv2.ImDecode(bytes, ImreadModes.Color);
        using Mat fromSpan = Cv2.ImDecode(bytes.AsSpan(), ImreadModes.Color);
        using Mat fromMat = Cv2.ImDecode(wrapped, ImreadModes.Color);
        using Mat fromInput = Cv2.ImDecode(InputArray.Create(wrapped), ImreadModes.Color);

        foreach (Mat mat in new[] { fromArray, fromSpan, fromMat, fromInput })
            Pictures.Bytes(mat).ToArray().ShouldBe(Pictures.Bytes(image).ToArray());
    }

    [Theory]
    [InlineData(ImreadModes.Grayscale, 1)]
    [InlineData(ImreadModes.Color, 3)]
    [InlineData(ImreadModes.Unchanged, 4)]
    public void ImDecode_ReadsAsManyChannelsAsAsked(ImreadModes mode, int channels)
    {
        using Mat image = Pictures.Noise(4, 4, MatType.CV_8UC4);

        using Mat back = Cv2.ImDecode(Pictures.Encoded(image, ".png"), mode);

        back.Channels().ShouldBe(channels);
    }

    [Fact]
    public void ImDecode_Nonsense_GivesEmptyMat()
    {
        using Mat mat = Cv2.ImDecode("no image at all, but long enough to have a signature"u8, ImreadModes.Color);

        mat.Empty().ShouldBeTrue();
        mat.Data.ShouldBe(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(200)]
    public void ImDecode_JpegCutInItsHeader_GivesEmptyMat(int length)
    {
        using Mat image = Pictures.Gradient(64, 48);

        using Mat mat = Cv2.ImDecode(Pictures.Encoded(image, ".jpg").AsSpan(0, length), ImreadModes.Color);

        mat.Empty().ShouldBeTrue();
    }

    [Fact]
    public void ImDecode_TruncatedPng_GivesEmptyMat()
    {
        using Mat image = Pictures.Noise(64, 48, MatType.CV_8UC3);
        byte[] bytes = Pictures.Encoded(image, ".png");

        using Mat mat = Cv2.ImDecode(bytes.AsSpan(0, bytes.Length / 2), ImreadModes.Color);

        mat.Empty().ShouldBeTrue();
    }

    [Fact]
    public void ImDecode_JpegCutInItsData_GivesNoErrorButAnImageOfTheFullSizeOrNone()
    {
        using Mat image = Pictures.Noise(64, 48, MatType.CV_8UC3);
        byte[] bytes = Pictures.Encoded(image, ".jpg");

        using Mat mat = Cv2.ImDecode(bytes.AsSpan(0, bytes.Length * 3 / 4), ImreadModes.Color);

        mat.Size().ShouldBeOneOf(new Size(48, 64), new Size(0, 0));
    }

    [Fact]
    public void ImDecode_NoBytes_Throws() =>
        Should.Throw<ArgumentException>(() => Cv2.ImDecode(Array.Empty<byte>(), ImreadModes.Color));

    [Fact]
    public void ImEncode_LowerQuality_GivesFewerBytes()
    {
        using Mat image = Pictures.Noise(64, 64, MatType.CV_8UC3);

        Cv2.ImEncode(".jpg", image, out byte[] fine, new ImageEncodingParam(ImwriteFlags.JpegQuality, 95));
        Cv2.ImEncode(".jpg", image, out byte[] coarse, [(int)ImwriteFlags.JpegQuality, 20]).ShouldBeTrue();

        coarse.Length.ShouldBeLessThan(fine.Length / 2);
    }

    [Fact]
    public void ImEncode_UnknownExtension_ThrowsWhatOpenCvSays()
    {
        using Mat image = Pictures.Noise(4, 4, MatType.CV_8UC3);

        OpenCVException error = Should.Throw<OpenCVException>(() => Cv2.ImEncode(".nosuch", image, out _));

        error.Message.ShouldContain("encoder");
        error.ErrMsg.ShouldBe(error.Message);
    }
}
