using System.Runtime.InteropServices;

namespace StreamPerceiver.Modalities.Video;

/// <summary>
/// JPEG to RGB by libjpeg-turbo's own interface (turbojpeg.h, version 2). It gives the pixels that OpenCV gives, in two thirds to three quarters of its time at
/// 320 x 240. It finds damage that OpenCV does not report. What is out of the ordinary is left to OpenCV. One caller at a time.
/// </summary>
internal sealed unsafe partial class TurboJpeg
{
    private const string Library = "libturbojpeg.so.0";

    // enum TJPF and TJCS
    private const int Rgb = 0;
    private const int ColoursGrey = 2;

    // Room for pictures up to this size is kept for the next one.
    private const int MostKept = 16 << 20;

    private readonly nint _decompressor = Begin();
    private byte[] _pixels = [];

    ~TurboJpeg() => _ = End(_decompressor);

    /// <summary>Whether the library is installed.</summary>
    public static bool IsThere { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <summary>Decodes a whole JPEG picture to RGB.</summary>
    /// <param name="jpeg">All bytes of it.</param>
    /// <param name="mostPixels">More are not decoded.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <returns>
    /// Rows of red, green and blue, until the next call. Null if it was not decoded: only a whole picture without a flaw is, in RGB, YCbCr or grey,
    /// and without Exif data, which may hold its orientation.
    /// </returns>
    public byte[]? Decode(ReadOnlySpan<byte> jpeg, long mostPixels, out int width, out int height)
    {
        (width, height) = (0, 0);
        if (HasExif(jpeg)) return null;
        fixed (byte* from = jpeg)
        {
            bool isPlain = Header(_decompressor, from, (nuint)jpeg.Length, out width, out height, out _, out int colours) == 0 && colours <= ColoursGrey;
            if (!isPlain || (long)width * height > Math.Min(mostPixels, Array.MaxLength / 3)) return null;
            byte[] pixels = Room(3 * width * height);
            fixed (byte* to = pixels) return Decompress(_decompressor, from, (nuint)jpeg.Length, to, width, 3 * width, height, Rgb, 0) == 0 ? pixels : null;
        }
    }

    private byte[] Room(int size)
    {
        if (size > MostKept) return new byte[size];
        return _pixels.Length >= size ? _pixels : _pixels = new byte[size];
    }

    // Segments before the picture: any number of FF, a marker, a length; from SOS (DA) on, the picture itself.
    // E1 with "Exif" may hold the picture's orientation (JEITA CP-3451, 4.5.4).
    private static bool HasExif(ReadOnlySpan<byte> jpeg)
    {
        int at = 2;
        while (at + 4 < jpeg.Length && jpeg[at] == 0xFF && jpeg[at + 1] != 0xDA)
        {
            if (jpeg[at + 1] == 0xE1 && jpeg[(at + 4)..].StartsWith("Exif"u8)) return true;
            at += jpeg[at + 1] == 0xFF ? 1 : 2 + ((jpeg[at + 2] << 8) | jpeg[at + 3]);
        }

        return false;
    }

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    private static partial nint Begin();

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    private static partial int End(nint decompressor);

    [LibraryImport(Library, EntryPoint = "tjDecompressHeader3")]
    private static partial int Header(nint decompressor, byte* jpeg, nuint length, out int width, out int height, out int subsampling, out int colours);

    [LibraryImport(Library, EntryPoint = "tjDecompress2")]
    private static partial int Decompress(nint decompressor, byte* jpeg, nuint length, byte* to, int width, int pitch, int height, int format, int flags);
}
