using System.Runtime.InteropServices;
using OpenCvSharp;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Video;

/// <summary>
/// JPEG to pixels by libjpeg-turbo's own interface (turbojpeg.h, version 2). It gives the pixels that OpenCV gives, in two thirds to three quarters of its time
/// at 320 x 240, and reports damage, which OpenCV does not. One caller at a time.
/// </summary>
internal sealed unsafe partial class TurboJpeg
{
    /// <summary>The name of the library.</summary>
    public const string Library = "libturbojpeg.so.0";

    // enum TJPF
    private const int Rgb = 0;
    private const int Grey = 6;
    private const int Cmyk = 11;

    // enum TJERR
    private const int Warning = 0;

    // Room for pictures up to this size is kept for the next one.
    private const int MostKept = 16 << 20;

    private readonly nint _decompressor = Begin();
    private byte[] _pixels = [];

    ~TurboJpeg() => _ = End(_decompressor);

    /// <summary>Whether the library is installed.</summary>
    public static bool IsThere { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <summary>Decodes a JPEG picture.</summary>
    /// <param name="jpeg">All bytes of it.</param>
    /// <param name="header">Its header.</param>
    /// <param name="channels">3: rows of red, green and blue; 1: rows of grey.</param>
    /// <param name="damage">The library's text where it found damage; null where the picture is whole.</param>
    /// <returns>The pixels, until the next call; where the picture is damaged, as far as they could be read.</returns>
    /// <exception cref="BadPayloadException">The library cannot decode it.</exception>
    public Mat Decode(ReadOnlySpan<byte> jpeg, PictureHeader header, int channels, out string? damage)
    {
        bool isCmyk = header.Components > 3;
        int stored = isCmyk ? 4 : channels, format = isCmyk ? Cmyk : channels == 1 ? Grey : Rgb;
        fixed (byte* from = jpeg)
        {
            if (Header(_decompressor, from, (nuint)jpeg.Length, out int width, out int height, out _, out _) != 0 && ErrorCode(_decompressor) != Warning)
                throw PictureHeader.Bad($"{jpeg.Length} bytes are not a readable image/jpeg: {Text()}");
            if ((width, height) != (header.Width, header.Height))
                throw PictureHeader.Bad($"the JPEG has frame headers of {header.Width} x {header.Height} and {width} x {height}, expected one");
            Mat pixels = Room(width, height, stored);
            bool isWhole = Decompress(_decompressor, from, (nuint)jpeg.Length, (byte*)pixels.Data, width, stored * width, height, format, 0) == 0;
            damage = isWhole ? null : Text();
            if (isWhole || ErrorCode(_decompressor) == Warning) return isCmyk ? FromCmyk(pixels, channels) : pixels;
            pixels.Dispose();
            throw PictureHeader.Bad($"{jpeg.Length} bytes are not a readable image/jpeg: {damage}");
        }
    }

    // As Adobe writes it: 255 is no ink.
    private static Mat FromCmyk(Mat inks, int channels)
    {
        var pixels = new Mat(inks.Height, inks.Width, MatType.CV_8UC(channels));
        byte* from = (byte*)inks.Data, to = (byte*)pixels.Data;
        for (int i = inks.Height * inks.Width; i > 0; i--, from += 4, to += channels)
        {
            int red = from[0] * from[3] / 255, green = from[1] * from[3] / 255, blue = from[2] * from[3] / 255;
            if (channels == 1) to[0] = (byte)((299 * red + 587 * green + 114 * blue + 500) / 1000);
            else (to[0], to[1], to[2]) = ((byte)red, (byte)green, (byte)blue);
        }

        inks.Dispose();
        return pixels;
    }

    private string Text() => Marshal.PtrToStringUTF8(ErrorText(_decompressor)) ?? "";

    // Large pictures are in native memory, which is free again at once. Arrays of that size would pile up until the next collection.
    private Mat Room(int width, int height, int stored)
    {
        long size = (long)stored * width * height;
        if (size > MostKept) return new Mat(height, width, MatType.CV_8UC(stored));
        if (_pixels.Length < size) _pixels = GC.AllocateUninitializedArray<byte>((int)size, pinned: true);
        return Mat.FromPixelData(height, width, MatType.CV_8UC(stored), Marshal.UnsafeAddrOfPinnedArrayElement(_pixels, 0));
    }

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    private static partial nint Begin();

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    private static partial int End(nint decompressor);

    [LibraryImport(Library, EntryPoint = "tjGetErrorCode")]
    private static partial int ErrorCode(nint decompressor);

    [LibraryImport(Library, EntryPoint = "tjGetErrorStr2")]
    private static partial nint ErrorText(nint decompressor);

    [LibraryImport(Library, EntryPoint = "tjDecompressHeader3")]
    private static partial int Header(nint decompressor, byte* jpeg, nuint length, out int width, out int height, out int subsampling, out int colours);

    [LibraryImport(Library, EntryPoint = "tjDecompress2")]
    private static partial int Decompress(nint decompressor, byte* jpeg, nuint length, byte* to, int width, int pitch, int height, int format, int flags);
}
