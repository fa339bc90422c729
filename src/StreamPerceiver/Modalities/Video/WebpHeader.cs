using System.Buffers.Binary;

namespace StreamPerceiver.Modalities.Video;

/// <summary>The chunks of a WebP file (RFC 9649): size, animation and orientation.</summary>
internal static class WebpHeader
{
    /// <summary>Reads all chunks but their pixels.</summary>
    public static PictureHeader Read(ReadOnlySpan<byte> webp)
    {
        long end = 8 + BinaryPrimitives.ReadUInt32LittleEndian(webp[4..]);
        PictureHeader? header = null;
        int frames = 0, orientation = 1;
        bool isAnimated = false;
        for (int at = 12; at + 8 <= Math.Min(end, webp.Length);)
        {
            ReadOnlySpan<byte> name = webp.Slice(at, 4), rest = webp[(at + 8)..];
            long length = BinaryPrimitives.ReadUInt32LittleEndian(webp[(at + 4)..]);
            if (name.SequenceEqual("VP8X"u8))
            {
                isAnimated = (rest[0] & 2) != 0;
                header = Sized(1 + Int24(rest, 4), 1 + Int24(rest, 7));
            }
            else if (name.SequenceEqual("VP8 "u8))
            {
                header ??= Sized(PictureHeader.LittleShort(rest, 6) & 0x3FFF, PictureHeader.LittleShort(rest, 8) & 0x3FFF);
            }
            else if (name.SequenceEqual("VP8L"u8))
            {
                int bits = PictureHeader.LittleInt(rest, 1);
                header ??= Sized(1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF));
            }
            else if (name.SequenceEqual("ANMF"u8))
            {
                frames++;
            }
            else if (name.SequenceEqual("EXIF"u8))
            {
                orientation = PictureHeader.OrientationIn(rest[..(int)Math.Min(length, rest.Length)]);
            }

            at = (int)Math.Min(at + 8 + length + (length & 1), int.MaxValue);
        }

        if (header is null) throw PictureHeader.Bad($"{webp.Length} bytes of image/webp have no picture: the picture is cut off");
        string? damage = end > webp.Length ? $"{webp.Length} bytes of image/webp are not the {end} that it states: the picture is cut off" : null;
        return header with { Frames = isAnimated ? Math.Max(frames, 1) : 1, Orientation = orientation, Damage = damage };

        static PictureHeader Sized(int width, int height) => new(PictureFormat.Webp, width, height);
    }

    private static int Int24(ReadOnlySpan<byte> bytes, int at) => bytes.Slice(at, 3) is var b ? b[0] | (b[1] << 8) | (b[2] << 16) : 0;
}
