using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StreamPerceiver.Decode;

/// <summary>
/// JPEG to RGB by libjpeg-turbo's own interface (turbojpeg.h, version 2): the pixels that OpenCV gives, which decodes with the same library and then
/// turns red and blue round, pixel by pixel, at more than twice the cost of the decoding. What is out of the ordinary is left to OpenCV.
/// </summary>
internal static unsafe partial class TurboJpeg
{
    private const string Library = "libturbojpeg.so.0";

    // enum TJPF and TJCS
    private const int Rgb = 0;
    private const int ColoursGrey = 2;

    private static readonly bool IsThere = NativeLibrary.TryLoad(Library, out _);
    private static readonly ConcurrentBag<Decompressor> Idle = [];

    /// <summary>Decodes a picture.</summary>
    /// <param name="jpeg">All bytes of it.</param>
    /// <param name="mostPixels">More are not decoded.</param>
    /// <param name="rent">Gives room for a picture of that width and height, rows of red, green and blue.</param>
    /// <returns>Whether it was decoded: a whole picture without a flaw, in RGB, YCbCr or grey, with no note of the camera's on how it was held.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> jpeg, long mostPixels, Func<int, int, Memory<byte>> rent)
    {
        if (!IsThere || HasExif(jpeg)) return false;
        Decompressor decompressor = Idle.TryTake(out Decompressor? idle) ? idle : new Decompressor();
        fixed (byte* from = jpeg)
        {
            bool isPlain = Header(decompressor, from, (nuint)jpeg.Length, out int width, out int height, out _, out int colours) == 0
                && colours <= ColoursGrey && (long)width * height <= mostPixels;
            if (isPlain)
            {
                fixed (byte* to = rent(width, height).Span) isPlain = Decompress(decompressor, from, (nuint)jpeg.Length, to, width, 3 * width, height, Rgb, 0) == 0;
            }

            Idle.Add(decompressor);
            return isPlain;
        }
    }

    // Segments before the picture: FF, a marker, and from SOS (DA) on the picture itself; E1 with "Exif" may say how to turn it (JEITA CP-3451, 4.5.4).
    private static bool HasExif(ReadOnlySpan<byte> jpeg)
    {
        for (int at = 2; at + 4 < jpeg.Length && jpeg[at] == 0xFF && jpeg[at + 1] != 0xDA; at += 2 + ((jpeg[at + 2] << 8) | jpeg[at + 3]))
        {
            if (jpeg[at + 1] == 0xE1 && jpeg[(at + 4)..].StartsWith("Exif"u8)) return true;
        }

        return false;
    }

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    private static partial nint Begin();

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    private static partial int End(nint decompressor);

    [LibraryImport(Library, EntryPoint = "tjDecompressHeader3")]
    private static partial int Header(Decompressor decompressor, byte* jpeg, nuint length, out int width, out int height, out int subsampling, out int colours);

    [LibraryImport(Library, EntryPoint = "tjDecompress2")]
    private static partial int Decompress(Decompressor decompressor, byte* jpeg, nuint length, byte* to, int width, int pitch, int height, int format, int flags);

    private sealed class Decompressor : SafeHandleZeroOrMinusOneIsInvalid
    {
        public Decompressor()
            : base(ownsHandle: true) => SetHandle(Begin());

        protected override bool ReleaseHandle() => End(handle) == 0;
    }
}
