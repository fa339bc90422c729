using System.Buffers.Binary;

namespace StreamPerceiver.Modalities.Video;

/// <summary>The chunks of a PNG file: size, bits, animation, orientation, and whether they are whole.</summary>
internal static class PngHeader
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => Enumerable.Range(0, 8).Aggregate((uint)i, (c, _) => Shifted(c)))];

    /// <summary>Reads all chunks but their pixels.</summary>
    public static PictureHeader Read(ReadOnlySpan<byte> png)
    {
        if (!png[12..].StartsWith("IHDR"u8)) throw PictureHeader.Bad("the PNG does not begin with the chunk IHDR");
        var header = new PictureHeader(PictureFormat.Png, PictureHeader.BigInt(png, 16), PictureHeader.BigInt(png, 20)) { Bits = png[24..][0] };
        for (int at = 8; at + 12 <= png.Length;)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            ReadOnlySpan<byte> name = png.Slice(at + 4, 4);
            if (at + 12 + length > png.Length) break;
            ReadOnlySpan<byte> data = png.Slice(at + 8, (int)length);
            if (name.SequenceEqual("IEND"u8)) return header;
            if (name.SequenceEqual("acTL"u8)) header = header with { Frames = PictureHeader.BigInt(data, 0) };
            if (name.SequenceEqual("eXIf"u8)) header = header with { Orientation = PictureHeader.OrientationIn(data) };
            at += 12 + (int)length;
        }

        return header with { Damage = $"{png.Length} bytes of image/png do not reach the chunk IEND: the picture is cut off" };
    }

    /// <summary>Finds the first chunk whose checksum is wrong. Returns the damage, or null where there is none.</summary>
    public static string? WrongChecksum(ReadOnlySpan<byte> png)
    {
        for (int at = 8; at + 12 <= png.Length;)
        {
            int length = PictureHeader.BigInt(png, at);
            if (length < 0 || at + 12L + length > png.Length) return null; // cut off, which the header reports
            uint found = Checksum(png.Slice(at + 4, 4 + length)), stated = BinaryPrimitives.ReadUInt32BigEndian(png[(at + 8 + length)..]);
            string name = System.Text.Encoding.Latin1.GetString(png.Slice(at + 4, 4));
            if (found != stated) return $"the checksum of the PNG's chunk {name} at byte {at} is {found:X8}, expected the {stated:X8} in the file";
            if (name == "IEND") return null;
            at += 12 + length;
        }

        return null;
    }

    // CRC-32 of ISO 3309, as PNG's annex D gives it.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte b in bytes) sum = Table[(byte)(sum ^ b)] ^ (sum >> 8);
        return ~sum;
    }

    private static uint Shifted(uint c) => (c & 1) == 0 ? c >> 1 : 0xEDB88320 ^ (c >> 1);
}
