using OpenCvSharp;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Recordings.Ros.Payloads;

/// <summary>Uncompressed pictures, as PNG: every number is kept. The alpha of <c>rgba8</c> and <c>bgra8</c> is left out.</summary>
internal sealed class RawPictures(RosMessageType type) : IRosPayloads
{
    private const long MostSide = 65_500; // of OpenCV's encoders

    // The order of colours that OpenCV's encoder takes is blue, green, red.
    private static readonly Dictionary<string, (int Channels, int Bytes, ColorConversionCodes? ToBgr)> Encodings = new(StringComparer.Ordinal)
    {
        ["rgb8"] = (3, 1, ColorConversionCodes.RGB2BGR),
        ["bgr8"] = (3, 1, null),
        ["8UC3"] = (3, 1, null),
        ["rgba8"] = (4, 1, ColorConversionCodes.RGBA2BGR),
        ["bgra8"] = (4, 1, ColorConversionCodes.BGRA2BGR),
        ["mono8"] = (1, 1, null),
        ["8UC1"] = (1, 1, null),
        ["mono16"] = (1, 2, null),
        ["16UC1"] = (1, 2, null),
    };

    private readonly RosPath _height = Require.Whole(type, "height"), _width = Require.Whole(type, "width"), _encoding = Require.Text(type, "encoding"),
        _isBigEndian = Require.Number(type, "is_bigendian"), _step = Require.Whole(type, "step"), _data = Require.Bytes(type, "data");

    /// <inheritdoc/>
    public RosPayload Convert(RosMessage message)
    {
        string encoding = _encoding.Read<RosText>(message).Decode();
        if (!Encodings.TryGetValue(encoding, out (int Channels, int Bytes, ColorConversionCodes? ToBgr) pixel))
            throw new RosException($"encoding is '{JsonProblem.Shorten(encoding)}', expected one of {string.Join(", ", Encodings.Keys)}");
        long height = Require.Count(_height, message), width = Require.Count(_width, message), step = Require.Count(_step, message);
        long row = width * pixel.Channels * pixel.Bytes;
        ReadOnlyMemory<byte> data = _data.Read<RosNumbers>(message).Bytes;
        if (height is < 1 or > MostSide || width is < 1 or > MostSide)
            throw new RosException($"the picture is {width} x {height} pixels, expected 1 to {MostSide} each");
        if (step < row || (height - 1) * step + row > data.Length)
            throw new RosException($"a row of {width} pixels has {row} bytes, step is {step}, and data has {data.Length} bytes for {height} rows");
        var packed = new byte[height * row];
        for (int y = 0; y < height; y++) data.Span.Slice((int)(y * step), (int)row).CopyTo(packed.AsSpan((int)(y * row)));
        bool isReversed = pixel.Bytes == 2 && System.Convert.ToDouble(_isBigEndian.Read<object>(message), null) != 0;
        if (isReversed) packed = RosNumbers.Reversed(packed, pixel.Bytes);
        return new RosPayload(Encode(packed, (int)height, (int)width, pixel), "image/png");
    }

    private static byte[] Encode(byte[] pixels, int height, int width, (int Channels, int Bytes, ColorConversionCodes? ToBgr) pixel)
    {
        OpenCvLibrary.Load();
        MatType type = pixel.Bytes == 2 ? MatType.CV_16UC1 : MatType.CV_8UC(pixel.Channels);
        using Mat picture = Mat.FromPixelData(height, width, type, pixels);
        using var ordered = new Mat();
        if (pixel.ToBgr is { } conversion) Cv2.CvtColor(picture, ordered, conversion);
        Cv2.ImEncode(".png", pixel.ToBgr is null ? picture : ordered, out byte[] file);
        return file;
    }
}
