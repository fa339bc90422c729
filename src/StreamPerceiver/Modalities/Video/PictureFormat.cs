namespace StreamPerceiver.Modalities.Video;

/// <summary>Reads what the file of a picture states before its pixels.</summary>
internal delegate PictureHeader HeaderReader(ReadOnlySpan<byte> payload);

/// <summary>Finds damage that the decoder would not report. Returns the damage, or null where there is none.</summary>
internal delegate string? DamageFinder(ReadOnlySpan<byte> payload);

/// <summary>A format of pictures.</summary>
/// <param name="MediaTypes">Its media types, in lower case; the first is the registered one.</param>
/// <param name="Read">Reads the header; null where no library here reads the format.</param>
/// <param name="BytesPerPixel">Most bytes of a pixel while a picture of 8 bits is decoded, measured with the libraries.</param>
/// <param name="FindDamage">Finds damage that the decoder would not report; null (default) where it reports all that can be found.</param>
internal sealed record PictureFormat(IReadOnlyList<string> MediaTypes, HeaderReader? Read, int BytesPerPixel, DamageFinder? FindDamage = null)
{
    /// <summary>Joint Photographic Experts Group, ITU-T T.81.</summary>
    public static readonly PictureFormat Jpeg = new(["image/jpeg", "image/jpg", "image/pjpeg"], JpegHeader.Read, 3);

    /// <summary>Portable Network Graphics, of W3C.</summary>
    public static readonly PictureFormat Png = new(["image/png", "image/apng"], PngHeader.Read, 3, PngHeader.WrongChecksum);

    /// <summary>WebP, RFC 9649.</summary>
    public static readonly PictureFormat Webp = new(["image/webp"], WebpHeader.Read, 8);

    /// <summary>Graphics Interchange Format, 87a and 89a.</summary>
    public static readonly PictureFormat Gif = new(["image/gif"], GifHeader.Read, 8, GifHeader.MissingPixels);

    /// <summary>Windows bitmap.</summary>
    public static readonly PictureFormat Bmp = new(["image/bmp", "image/x-ms-bmp"], BmpHeader.Read, 6);

    /// <summary>Tagged Image File Format, 6.0.</summary>
    public static readonly PictureFormat Tiff = new(["image/tiff"], TiffHeader.Read, 4, TiffHeader.MissingBytes);

    /// <summary>AV1 Image File Format. OpenCV's build has no library for it.</summary>
    public static readonly PictureFormat Avif = new(["image/avif"], null, 0);

    /// <summary>High Efficiency Image File Format, ISO/IEC 23008-12. OpenCV has no reader of it.</summary>
    public static readonly PictureFormat Heif = new(["image/heic", "image/heif"], null, 0);

    /// <summary>The formats that are read.</summary>
    public static IReadOnlyList<PictureFormat> Readable { get; } = [Jpeg, Png, Webp, Gif, Bmp, Tiff];

    /// <summary>Finds the format by the first bytes of a payload. Returns null for any other.</summary>
    public static PictureFormat? Of(ReadOnlySpan<byte> payload)
    {
        if (payload.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return Jpeg;
        if (payload.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A])) return Png;
        if (payload.StartsWith("GIF87a"u8) || payload.StartsWith("GIF89a"u8)) return Gif;
        if (payload.StartsWith("BM"u8)) return Bmp;
        if (payload.StartsWith("II*\0"u8) || payload.StartsWith("MM\0*"u8)) return Tiff;
        if (payload.Length < 12) return null;
        if (payload.StartsWith("RIFF"u8) && payload[8..12].SequenceEqual("WEBP"u8)) return Webp;
        if (!payload[4..8].SequenceEqual("ftyp"u8)) return null;
        return payload[8..11].SequenceEqual("avi"u8) ? Avif : Heif;
    }
}
