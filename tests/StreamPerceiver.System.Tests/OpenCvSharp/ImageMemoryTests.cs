using OpenCvSharp;

namespace StreamPerceiver.System.Tests.Images;

/// <summary>Alone in its collection, because it measures the whole process.</summary>
[CollectionDefinition(nameof(ImageMemoryTests), DisableParallelization = true)]
[Collection(nameof(ImageMemoryTests))]
public class ImageMemoryTests
{
    const int MiB = 1 << 20;

    [Fact]
    public void ImDecodeAndDispose_TwentyThousandTimes_TakesNoMoreMemory()
    {
        using Mat image = Pictures.Noise(64, 64, MatType.CV_8UC3);
        byte[] bytes = Pictures.Encoded(image, ".png");
        Decode(bytes, 2_000);
        long before = Resident();

        Decode(bytes, 20_000);

        // A leak of the pixels alone would be 234 MiB, of the bare C++ objects 1.8 MiB; the slack is the collector's.
        (Resident() - before).ShouldBeLessThan(24 * MiB);
    }

    [Fact]
    public void ImDecode_WithoutDispose_IsFreedByTheFinaliser()
    {
        using Mat image = Pictures.Noise(256, 256, MatType.CV_8UC3);
        byte[] bytes = Pictures.Encoded(image, ".bmp");
        long before = Resident();

        for (int round = 0; round < 20; round++)
        {
            for (int n = 0; n < 50; n++) _ = Cv2.ImDecode(bytes, ImreadModes.Color).Width;
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        // 1000 images are 188 MiB, the 50 of one round 10.
        (Resident() - before).ShouldBeLessThan(64 * MiB);
    }

    [Fact]
    public void ImDecode_HeaderThatClaimsTooMuch_ThrowsAndTakesNoMemory()
    {
        using Mat image = Pictures.Gradient(64, 48);
        byte[] bytes = Pictures.Encoded(image, ".jpg");
        Claim(bytes, 60_000);
        long before = Resident();

        OpenCVException error = Should.Throw<OpenCVException>(() => Cv2.ImDecode(bytes, ImreadModes.Color));

        error.Status.ShouldBe(ErrorCode.StsAssert);
        error.Message.ShouldContain("CV_IO_MAX_IMAGE_PIXELS");
        (Resident() - before).ShouldBeLessThan(64 * MiB);
    }

    static void Decode(byte[] bytes, int times)
    {
        for (int n = 0; n < times; n++)
        {
            using Mat mat = Cv2.ImDecode(bytes, ImreadModes.Color);
            mat.Empty().ShouldBeFalse();
        }
    }

    /// <summary>Writes another height and width into the frame header of a baseline JPEG.</summary>
    static void Claim(byte[] jpeg, int side)
    {
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        frame.ShouldBePositive();
        for (int at = frame + 5; at < frame + 9; at += 2) (jpeg[at], jpeg[at + 1]) = ((byte)(side >> 8), (byte)side);
    }

    static long Resident() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
}
