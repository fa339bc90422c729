using System.Collections.Concurrent;
using OpenCvSharp;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities.Video;

/// <summary>Pictures to pixels at the pipeline's size: JPEG by libjpeg-turbo, PNG, WebP, GIF, BMP and TIFF by OpenCV.</summary>
internal sealed class PictureCodec : ICodec
{
    // IMREAD_COLOR_RGB of OpenCV 4.11, for which the binding has no name.
    private const ImreadModes InRgb = (ImreadModes)256;

    private static readonly ConcurrentBag<TurboJpeg> Idle = [];

    private readonly VideoSpec _spec;
    private readonly PictureFit _fit;
    private readonly byte[]? _levels; // by number of 16 bits

    /// <summary>Makes the codec of an input's pictures.</summary>
    /// <exception cref="DllNotFoundException">OpenCV's library cannot be loaded.</exception>
    public PictureCodec(VideoSpec spec, FramePreparation? preparation)
    {
        OpenCvLibrary.Load();
        (_spec, _fit) = (spec, new PictureFit(spec, preparation));
        if (spec.Range is var (low, high)) _levels = LevelsOf(low, high);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes { get; } = [.. PictureFormat.Readable.SelectMany(format => format.MediaTypes)];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        byte[] payload = record.Record.Value!;
        CheckFormat(payload, contentType.MediaType);
        PictureHeader header = PictureHeader.Read(payload);
        CheckLimits(payload, header);
        samples.CheckDecodingBytes(header.DecodingBytes, $"a picture of {header.Width} x {header.Height}");
        if (_spec.RejectDamage && header.FindDamage(payload) is { } damage) throw PictureHeader.Bad(damage);
        byte[] pixels = header.Format == PictureFormat.Jpeg ? FromJpeg(payload, header) : ByOpenCv(payload, header);
        samples.Add(new VideoFrame(record.Stream, record.Time, record.Record.Offset, pixels));
    }

    // OpenCV decodes any format that it knows. A payload of another type than its record declares was made by mistake.
    private static void CheckFormat(ReadOnlySpan<byte> payload, string mediaType)
    {
        PictureFormat? format = PictureFormat.Of(payload);
        if (format?.MediaTypes.Contains(mediaType) == true) return;
        string start = Convert.ToHexString(payload[..Math.Min(8, payload.Length)]);
        string found = format is null ? "" : $": it is {format.MediaTypes[0]}";
        throw PictureHeader.Bad($"the payload begins with {start}, which is not {mediaType}{found}");
    }

    private void CheckLimits(ReadOnlySpan<byte> payload, PictureHeader header)
    {
        if (header.Pixels > _spec.MaxPixels)
        {
            throw new BadPayloadException(
                RejectionReason.TooLarge,
                $"a picture of {header.Width} x {header.Height} has {header.Pixels} pixels, expected at most {_spec.MaxPixels}: inputs.{_spec.Name}.maxPixels");
        }

        if (header.Frames > 1)
        {
            throw new BadPayloadException(
                RejectionReason.WrongShape, $"the file holds {header.Frames} pictures, expected one: send each picture as a record of its own");
        }

        if (header.Bits > 8 && _levels is null && header.Format != PictureFormat.Jpeg)
        {
            throw new BadPayloadException(
                RejectionReason.WrongShape,
                $"the picture has {header.Bits} bits a sample, expected 8, or 16 and the range that becomes 0 to 255: inputs.{_spec.Name}.range");
        }

        if (header.Format != PictureFormat.Jpeg) return;
        int scans = JpegHeader.CountScans(payload, header.FirstScan, out bool hasEnd);
        if (scans > _spec.MaxScans)
        {
            throw new BadPayloadException(
                RejectionReason.TooLarge, $"the JPEG has {scans} scans, expected at most {_spec.MaxScans}: inputs.{_spec.Name}.maxScans");
        }

        // libjpeg fills in what is missing with grey.
        if (!hasEnd && _spec.RejectDamage)
            throw PictureHeader.Bad($"{payload.Length} bytes of image/jpeg have no end-of-image marker: the picture is cut off");
    }

    // As many decompressors as there are calls at once.
    private byte[] FromJpeg(byte[] payload, PictureHeader header)
    {
        if (!TurboJpeg.IsThere) throw PictureHeader.Bad($"JPEG needs {TurboJpeg.Library}: install Debian's package libturbojpeg0");
        TurboJpeg decompressor = Idle.TryTake(out TurboJpeg? idle) ? idle : new TurboJpeg();
        byte[] pixels;
        using (Mat decoded = decompressor.Decode(payload, header, _spec.Channels, out string? damage))
        {
            pixels = damage is null || !_spec.RejectDamage ? _fit.Fit(decoded, header.Orientation) : WithoutStrays(decompressor, payload, header, damage);
        }

        Idle.Add(decompressor);
        return pixels;
    }

    // The pixels of the picture without its stray bytes, if those were all that was wrong.
    private byte[] WithoutStrays(TurboJpeg decompressor, byte[] payload, PictureHeader header, string found)
    {
        string? damage = found;
        using Mat? decoded = JpegStrays.Remove(payload, header) is { } clean ? decompressor.Decode(clean, header, _spec.Channels, out damage) : null;
        return damage is null ? _fit.Fit(decoded!, header.Orientation) : throw PictureHeader.Bad($"{payload.Length} bytes of image/jpeg are damaged: {found}");
    }

    private byte[] ByOpenCv(byte[] payload, PictureHeader header)
    {
        try
        {
            ImreadModes colours = _spec.Channels == 1 ? ImreadModes.Grayscale : InRgb;
            if (header.Bits > 8) colours |= ImreadModes.AnyDepth;
            byte[] upright = header is { Orientation: > 1 } && header.Format == PictureFormat.Tiff ? TiffDirectory.Upright(payload) : payload;
            using Mat decoded = Cv2.ImDecode(upright, colours | ImreadModes.IgnoreOrientation);
            string text = $"{payload.Length} bytes are not a readable {header.Format.MediaTypes[0]}";
            if (decoded.Empty()) throw PictureHeader.Bad(text);
            if ((decoded.Width, decoded.Height) != (header.Width, header.Height))
                throw PictureHeader.Bad($"{text}: it has {decoded.Width} x {decoded.Height} pixels, and its header states {header.Width} x {header.Height}");
            if (decoded.Depth() == MatType.CV_8U) return _fit.Fit(decoded, header.Orientation);
            using Mat scaled = Scaled(decoded);
            return _fit.Fit(scaled, header.Orientation);
        }
        catch (OpenCVException e)
        {
            throw new BadPayloadException(
                RejectionReason.Undecodable, $"{payload.Length} bytes are not a readable {header.Format.MediaTypes[0]}: {e.Message}", e);
        }
    }

    private unsafe Mat Scaled(Mat decoded)
    {
        if (decoded.Depth() != MatType.CV_16U || _levels is null)
            throw PictureHeader.Bad($"its samples are of OpenCV's depth {decoded.Depth()}, expected whole numbers of 8 or 16 bits");
        var scaled = new Mat(decoded.Height, decoded.Width, MatType.CV_8UC(decoded.Channels()));
        int count = decoded.Height * decoded.Width * decoded.Channels(); // a decoded Mat is continuous
        var from = new ReadOnlySpan<ushort>((void*)decoded.Data, count);
        var to = new Span<byte>((void*)scaled.Data, count);
        for (int i = 0; i < count; i++) to[i] = _levels[from[i]];
        return scaled;
    }

    private static byte[] LevelsOf(int low, int high)
        => [.. Enumerable.Range(0, 1 << 16).Select(n => (byte)((510 * (Math.Clamp(n, low, high) - low) + high - low) / (2 * (high - low))))];
}
