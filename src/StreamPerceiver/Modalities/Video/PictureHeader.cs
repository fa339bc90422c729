using System.Buffers.Binary;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Video;

/// <summary>What the file of a picture states before its pixels. It is read without a decoder, so that size and work are known before any decoding.</summary>
/// <param name="Format">The format.</param>
/// <param name="Width">Width in pixels, as stored; at least 1.</param>
/// <param name="Height">Height in pixels, as stored; at least 1.</param>
internal sealed record PictureHeader(PictureFormat Format, int Width, int Height)
{
    /// <summary>Bits of a sample (default: 8).</summary>
    public int Bits { get; init; } = 8;

    /// <summary>Pictures in the file (default: 1). Reduced copies of a picture do not count.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>How the camera was held, 1 to 8, as Exif numbers it (default: 1, upright).</summary>
    public int Orientation { get; init; } = 1;

    /// <summary>JPEG: the place of the first scan's marker (default: 0).</summary>
    public int FirstScan { get; init; }

    /// <summary>JPEG: colour components (default: 3). Four are CMYK.</summary>
    public int Components { get; init; } = 3;

    /// <summary>JPEG: whether each scan has all coefficients of its components, in Huffman codes (default: false).</summary>
    public bool IsSequential { get; init; }

    /// <summary>Bytes that the decoder takes beside the pixels (default: 0).</summary>
    public long DecoderBytes { get; init; }

    /// <summary>What the file lacks or has wrong, where its structure shows damage; null (default) where it does not.</summary>
    public string? Damage { get; init; }

    /// <summary>The number of pixels.</summary>
    public long Pixels => (long)Width * Height;

    /// <summary>Estimates the bytes that decoding takes: the decoder's own, the pixels, and their copies.</summary>
    public long DecodingBytes => DecoderBytes + Pixels * (Format.BytesPerPixel + (Bits > 8 ? 6 : 0) + (Orientation > 1 ? 3 : 0));

    /// <summary>Reads the header of a picture.</summary>
    /// <exception cref="BadPayloadException">The payload is of no known format, or states no size.</exception>
    public static PictureHeader Read(ReadOnlySpan<byte> payload)
    {
        if (PictureFormat.Of(payload) is not { Read: { } read }) throw Bad("the payload is no picture of a known format");
        try
        {
            PictureHeader header = read(payload);
            return header.Width > 0 && header.Height > 0 ? header : throw Bad($"it states a size of {header.Width} x {header.Height}, expected 1 x 1 or more");
        }
        catch (Exception e) when (IsBeyondEnd(e))
        {
            throw Bad($"it ends after {payload.Length} bytes, within its header: the picture is cut off");
        }
    }

    /// <summary>Finds damage in the payload by its structure and checksums. Returns the damage, or null where none is found.</summary>
    /// <param name="payload">The payload that the header was read from.</param>
    public string? FindDamage(ReadOnlySpan<byte> payload)
    {
        if (Damage is not null || Format.FindDamage is null) return Damage;
        try
        {
            return Format.FindDamage(payload);
        }
        catch (Exception e) when (IsBeyondEnd(e))
        {
            return $"{payload.Length} bytes of {Format.MediaTypes[0]} end within the pixels: the picture is cut off";
        }
    }

    /// <summary>Makes the exception for a payload that is no picture.</summary>
    public static BadPayloadException Bad(string problem) => new(RejectionReason.Undecodable, problem);

    /// <summary>Reads the orientation in Exif data, which is a TIFF directory, with or without <c>Exif</c> in front. Returns 1 where there is none.</summary>
    public static int OrientationIn(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith("Exif\0"u8) && exif.Length > 6) exif = exif[6..];
        try
        {
            return TiffDirectory.First(exif) is { } directory ? directory.Orientation(exif) : 1;
        }
        catch (Exception e) when (IsBeyondEnd(e))
        {
            return 1; // damaged notes leave the picture as it is stored
        }
    }

    private static bool IsBeyondEnd(Exception e) => e is ArgumentOutOfRangeException or IndexOutOfRangeException;

    /// <summary>Reads a number of 32 bits, big-endian.</summary>
    public static int BigInt(ReadOnlySpan<byte> payload, int at) => BinaryPrimitives.ReadInt32BigEndian(payload.Slice(at, 4));

    /// <summary>Reads a number of 32 bits, little-endian.</summary>
    public static int LittleInt(ReadOnlySpan<byte> payload, int at) => BinaryPrimitives.ReadInt32LittleEndian(payload.Slice(at, 4));

    /// <summary>Reads a number of 16 bits, little-endian.</summary>
    public static int LittleShort(ReadOnlySpan<byte> payload, int at) => BinaryPrimitives.ReadUInt16LittleEndian(payload.Slice(at, 2));
}
