using System.Buffers.Binary;
using System.IO.Compression;

namespace StreamPerceiver.Recordings.Explain.Picture;

/// <summary>Encodes pixels as PNG (RFC 2083), for pictures within an SVG.</summary>
internal static class PngEncoder
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => Remainder((uint)i))];

    /// <summary>Encodes red, green and blue pixels (H, W, 3), row by row.</summary>
    public static byte[] Encode(byte[] rgb, int columns)
    {
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n']);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, columns);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), rgb.Length / (3 * columns));
        (header[8], header[9]) = (8, 2);                                    // eight bits, red green blue
        Add(file, "IHDR"u8, header);
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int row = 0; row < rgb.Length; row += 3 * columns)
            {
                zlib.WriteByte(0);                                          // the row is not filtered
                zlib.Write(rgb, row, 3 * columns);
            }
        }

        Add(file, "IDAT"u8, data.ToArray());
        Add(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Add(MemoryStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        byte[] body = [.. type, .. data];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        uint crc = uint.MaxValue;
        foreach (byte b in body) crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~crc);
        file.Write(number);
    }

    private static uint Remainder(uint value)
    {
        for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        return value;
    }
}
