using OpenCvSharp;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Outputs.Dense;

/// <summary>Writes pictures as PNG or JPEG. The same pixels give the same bytes with the same build of OpenCV.</summary>
public static class Picture
{
    /// <summary>The content type of PNG.</summary>
    public const string Png = "image/png";

    /// <summary>The content type of JPEG.</summary>
    public const string Jpeg = "image/jpeg";

    private static readonly ImageEncodingParam[] JpegSettings = [new(ImwriteFlags.JpegQuality, 95)];

    private static readonly ImageEncodingParam[] PngSettings = [new(ImwriteFlags.PngCompression, 6)];

    /// <summary>Writes a picture as a file.</summary>
    /// <param name="rgb"><c>(h, w, 3)</c>: rows of red, green and blue.</param>
    /// <param name="height">Its height, h.</param>
    /// <param name="width">Its width, w.</param>
    /// <param name="contentType"><see cref="Png"/>, which keeps every number, or <see cref="Jpeg"/>, of quality 95.</param>
    public static byte[] Encode(byte[] rgb, int height, int width, string contentType)
    {
        OpenCvLibrary.Load();
        using Mat pixels = Mat.FromPixelData(height, width, MatType.CV_8UC3, rgb);
        using var reversed = new Mat();
        Cv2.CvtColor(pixels, reversed, ColorConversionCodes.RGB2BGR); // the order that OpenCV's encoders take
        bool isPng = contentType == Png;
        Cv2.ImEncode(isPng ? ".png" : ".jpg", reversed, out byte[] file, isPng ? PngSettings : JpegSettings);
        return file;
    }

    /// <summary>
    /// Turns a model's numbers into bytes: the nearest level, and of two equally near ones the even one. Numbers beyond the levels become 0 or 255.
    /// </summary>
    /// <param name="colours"><c>(..., 3)</c>: red, green and blue.</param>
    /// <param name="ranges">By colour, the numbers of the bytes 0 and 255 in training.</param>
    public static byte[] ToBytes(ReadOnlySpan<float> colours, IReadOnlyList<(float Zero, float Full)> ranges)
    {
        var bytes = new byte[colours.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            (float zero, float full) = ranges[i % ranges.Count];
            bytes[i] = (byte)Math.Clamp(MathF.Round((colours[i] - zero) / (full - zero) * byte.MaxValue), 0, byte.MaxValue);
        }

        return bytes;
    }
}
