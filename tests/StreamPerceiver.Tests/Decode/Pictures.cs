using System.Runtime.InteropServices;
using System.Text;
using OpenCvSharp;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Encoded pictures, drawn pixel by pixel in RGB.</summary>
internal static class Pictures
{
    /// <summary>Every pixel and colour differs from the next, by little enough for JPEG.</summary>
    public static (byte R, byte G, byte B) Slope(int x, int y) => ((byte)(200 + 4 * x), (byte)(90 - 8 * y), (byte)(20 + 2 * x + 3 * y));

    public static byte[] Encode(string extension, int width, int height, Func<int, int, (byte R, byte G, byte B)> pixel)
    {
        using var mat = new Mat(height, width, MatType.CV_8UC3);
        byte[] bgr = Rgb(width, height, (x, y) => pixel(x, y) is var p ? (p.B, p.G, p.R) : default);
        Marshal.Copy(bgr, 0, mat.Data, bgr.Length);
        Cv2.ImEncode(extension, mat, out byte[] bytes);
        return bytes;
    }

    /// <summary>A picture of one channel.</summary>
    public static byte[] EncodeGrey(string extension, int width, int height, Func<int, int, byte> pixel)
    {
        using var mat = new Mat(height, width, MatType.CV_8UC1);
        byte[] grey = Enumerable.Range(0, width * height).Select(i => pixel(i % width, i / width)).ToArray();
        Marshal.Copy(grey, 0, mat.Data, grey.Length);
        Cv2.ImEncode(extension, mat, out byte[] bytes);
        return bytes;
    }

    /// <summary>The pixels as the decoder should give them: rows of red, green, blue.</summary>
    public static byte[] Rgb(int width, int height, Func<int, int, (byte R, byte G, byte B)> pixel)
        => Enumerable.Range(0, width * height).SelectMany(i => pixel(i % width, i / width) is var p ? new[] { p.R, p.G, p.B } : []).ToArray();

    /// <summary>Makes a JPEG with orientation 6 (tag 0112) in an Exif segment: the camera was upright. Any number of FF may stand before its marker.</summary>
    public static byte[] Turned(byte[] jpeg, int fill) =>
    [
        .. jpeg[..2], .. Enumerable.Repeat((byte)0xFF, fill), 0xFF, 0xE1, 0, 34, .. "Exif\0\0MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6,
        0, 0, 0, 0, 0, 0, .. jpeg[2..],
    ];

    /// <summary>Makes a JPEG whose header has a larger size than its data.</summary>
    public static byte[] Claiming(byte[] jpeg, ushort width, ushort height)
    {
        byte[] copy = [.. jpeg];
        int frame = copy.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]); // start of frame: marker, length, precision, height, width
        (copy[frame + 5], copy[frame + 6], copy[frame + 7], copy[frame + 8]) = ((byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width);
        return copy;
    }

    /// <summary>Makes a chunk of a PNG, with its checksum.</summary>
    public static byte[] Chunk(string name, ReadOnlySpan<byte> data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(name), .. data];
        uint sum = uint.MaxValue;
        foreach (byte b in body)
        {
            sum ^= b;
            for (int bit = 0; bit < 8; bit++) sum = (sum & 1) == 0 ? sum >> 1 : 0xEDB88320 ^ (sum >> 1);
        }

        return [.. Big(data.Length), .. body, .. Big((int)~sum)];
    }

    /// <summary>A file of <c>PictureFiles/</c>. Pillow 9.4 wrote them.</summary>
    public static byte[] File(string name)
        => System.IO.File.ReadAllBytes(RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Decode", "PictureFiles", name));

    private static byte[] Big(int number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
}
