using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using OpenCvSharp;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Video;

/// <summary><c>image/jpeg</c>, <c>image/png</c> and <c>image/webp</c> to RGB at the pipeline's size.</summary>
internal sealed class PictureCodec : ICodec
{
    // IMREAD_COLOR_RGB of OpenCV 4.11, for which the binding has no name.
    private const ImreadModes InRgb = (ImreadModes)256;

    private static readonly ConcurrentBag<TurboJpeg> Idle = [];

    // OpenCV would take a number with a unit, too; then it looks at every picture itself.
    private static readonly long MostPixels = long.TryParse(OpenCvLibrary.MaxPixels, CultureInfo.InvariantCulture, out long pixels) ? pixels : 0;

    private readonly VideoSpec _spec;
    private readonly FramePreparation? _preparation;

    /// <summary>Makes the codec of an input's pictures.</summary>
    /// <exception cref="DllNotFoundException">OpenCV's library cannot be loaded.</exception>
    public PictureCodec(VideoSpec spec, FramePreparation? preparation)
    {
        OpenCvLibrary.Load();
        (_spec, _preparation) = (spec, preparation);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["image/jpeg", "image/png", "image/webp"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        byte[] payload = record.Record.Value!;
        CheckSignature(payload, contentType.MediaType);
        CheckComplete(payload, contentType.MediaType);
        samples.Add(new VideoFrame(record.Stream, record.Time, record.Record.Offset, Pixels(payload, contentType.MediaType)));
    }

    private byte[] Pixels(byte[] payload, string mediaType)
    {
        try
        {
            if (mediaType == "image/jpeg" && FromPlainJpeg(payload) is { } pixels) return pixels;
            using Mat decoded = Cv2.ImDecode(payload, InRgb);
            return decoded.Empty()
                ? throw new BadPayloadException(RejectionReason.Undecodable, $"{payload.Length} bytes are not a readable {mediaType}")
                : Sized(decoded);
        }
        catch (OpenCVException e)
        {
            throw new BadPayloadException(
                RejectionReason.Undecodable,
                $"{payload.Length} bytes are not a readable {mediaType} of at most {OpenCvLibrary.MaxPixels} pixels: {e.Message}",
                e);
        }
    }

    // OpenCV decodes any format that it knows. A payload of another type than its record declares was made by mistake.
    private static void CheckSignature(ReadOnlySpan<byte> payload, string mediaType)
    {
        bool matches = mediaType switch
        {
            "image/jpeg" => payload.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]),
            "image/png" => payload.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']),
            _ => payload.Length > 12 && payload.StartsWith("RIFF"u8) && payload[8..12].SequenceEqual("WEBP"u8),
        };
        if (matches) return;
        string start = Convert.ToHexString(payload[..Math.Min(8, payload.Length)]);
        throw new BadPayloadException(RejectionReason.Undecodable, $"the payload begins with {start}, which is not {mediaType}");
    }

    // libjpeg fills in what is missing with grey and reports no error. A camera's buffer may end in zeros.
    private static void CheckComplete(ReadOnlySpan<byte> payload, string mediaType)
    {
        if (mediaType == "image/jpeg" && !payload.TrimEnd((byte)0).EndsWith((ReadOnlySpan<byte>)[0xFF, 0xD9]))
            throw new BadPayloadException(
                RejectionReason.Undecodable, $"{payload.Length} bytes of image/jpeg do not end with the end-of-image marker: the picture is cut off");
    }

    // As many decompressors as there are calls at once.
    private byte[]? FromPlainJpeg(byte[] payload)
    {
        if (!TurboJpeg.IsThere) return null;
        TurboJpeg decompressor = Idle.TryTake(out TurboJpeg? idle) ? idle : new TurboJpeg();
        byte[]? decoded = decompressor.Decode(payload, MostPixels, out int width, out int height);
        byte[]? pixels = decoded is null ? null : Sized(decoded, width, height);
        Idle.Add(decompressor);
        return pixels;
    }

    private byte[] Sized(byte[] decoded, int width, int height)
    {
        if (_preparation?.Fit is not null) return Fitted(decoded.AsSpan(0, 3 * width * height), width, height);
        if (Fits(width, height)) return decoded[..(3 * width * height)];
        using var from = Mat.FromPixelData(height, width, MatType.CV_8UC3, decoded);
        return Resized(from);
    }

    private byte[] Sized(Mat decoded)
    {
        if (_preparation?.Fit is null && !Fits(decoded.Width, decoded.Height)) return Resized(decoded);
        var pixels = new byte[decoded.Height * decoded.Width * 3];
        Marshal.Copy(decoded.Data, pixels, 0, pixels.Length); // a decoded Mat is continuous
        return _preparation?.Fit is null ? pixels : Fitted(pixels, decoded.Width, decoded.Height);
    }

    private byte[] Fitted(ReadOnlySpan<byte> decoded, int width, int height)
    {
        try
        {
            byte[] fitted = _preparation!.Fit!(decoded, height, width);
            int expected = _spec.Height * _spec.Width * 3;
            return fitted.Length == expected ? fitted : throw Misfit($"it has {fitted.Length} bytes, expected {expected}");
        }
        catch (StreamPerceiverException e)
        {
            throw Misfit(e.Message);
        }

        BadPayloadException Misfit(string problem)
            => new(
                RejectionReason.WrongShape,
                $"a picture of {width} x {height}, prepared by {_preparation!.Name}: {problem} ({_spec.Width} x {_spec.Height} pixels)");
    }

    private bool Fits(int width, int height) => width == _spec.Width && height == _spec.Height;

    // Area averaging when shrinking: every source pixel counts, so nothing aliases.
    private byte[] Resized(Mat from)
    {
        var pixels = new byte[_spec.Height * _spec.Width * 3];
        using var to = Mat.FromPixelData(_spec.Height, _spec.Width, MatType.CV_8UC3, pixels);
        Cv2.Resize(from, to, new Size(_spec.Width, _spec.Height), interpolation: InterpolationFlags.Area);
        return pixels;
    }
}
