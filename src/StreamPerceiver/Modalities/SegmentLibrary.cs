using System.Runtime.InteropServices;

namespace StreamPerceiver.Modalities;

/// <summary>The functions of native/, which call FFmpeg's libraries. The structures are those of native/segment.h.</summary>
internal static unsafe partial class SegmentLibrary
{
    /// <summary>File name of the native library.</summary>
    public const string Library = "libstreamperceiver_segments.so";

    /// <summary>What a record needs where <see cref="IsThere"/> is false.</summary>
    public const string Packages = "FFmpeg's libraries: install Debian's packages libavformat59 and libswscale6";

    /// <summary>Length of a text about a problem, with its end.</summary>
    public const int ProblemBytes = 256;

    /// <summary>Whether the library and those of FFmpeg are installed.</summary>
    public static bool IsThere { get; } = NativeLibrary.TryLoad(Library, typeof(SegmentLibrary).Assembly, null, out _);

    /// <summary>Opens a segment and reads the packets of its video or its sound, at most one more than stated. Returns 0 where it cannot be opened.</summary>
    [LibraryImport(Library, EntryPoint = "streamperceiver_segment_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Open(byte* payload, long size, string format, int isSound, int mostPackets, out Info info);

    /// <summary>Writes what is known of each packet.</summary>
    [LibraryImport(Library, EntryPoint = "streamperceiver_segment_packets")]
    public static partial void Packets(nint segment, Packet* to);

    /// <summary>Opens the decoder for pictures of up to so many pixels. Returns 0 where it is open.</summary>
    [LibraryImport(Library, EntryPoint = "streamperceiver_segment_begin")]
    public static partial int Begin(nint segment, long mostPixels);

    /// <summary>Decodes on. Returns 1 with a picture, 0 without one, and -1 at the end.</summary>
    [LibraryImport(Library, EntryPoint = "streamperceiver_segment_next")]
    public static partial int Next(nint segment, ref Frame frame);

    /// <summary>Converts the last picture to rows of colours or grey. Returns 0 where that worked.</summary>
    [LibraryImport(Library, EntryPoint = "streamperceiver_segment_pixels")]
    public static partial int Pixels(nint segment, int channels, ref Frame frame);

    /// <summary>Gets the pictures a second that the codec's own headers state.</summary>
    [LibraryImport(Library, EntryPoint = "streamperceiver_segment_rate")]
    public static partial void Rate(nint segment, out int numerator, out int denominator);

    /// <summary>Opens the decoder of a sound, and decodes its first frame. Returns 0 where there is one.</summary>
    [LibraryImport(Library, EntryPoint = "streamperceiver_sound_begin")]
    public static partial int BeginSound(nint segment, out Sound sound);

    /// <summary>Reads the next frames of a sound. Returns how many; 0 at the end, and -1 with a problem, behind which it can be read on.</summary>
    [LibraryImport(Library, EntryPoint = "streamperceiver_sound_read")]
    public static partial int ReadSound(nint segment, float* to, int frames, byte* problem);

    /// <summary>Closes a segment.</summary>
    [LibraryImport(Library, EntryPoint = "streamperceiver_segment_close")]
    public static partial void Close(nint segment);

    /// <summary>Reads a text that ends with 0.</summary>
    public static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    /// <summary>Gets the name of the codec.</summary>
    public static string CodecOf(Info info) => Text(info.Codec);

    /// <summary>Gets why opening failed, or reading ended before the end; empty where it did not.</summary>
    public static string ProblemOf(Info info) => Text(info.Problem);

    /// <summary>SegmentInfo.</summary>
    public struct Info
    {
        public int Width, Height, Bits, Level, Orientation, Streams, Packets, Missing, IsSupported, MayHide, RateNumerator, RateDenominator;
        public fixed byte Codec[32];
        public fixed byte Problem[ProblemBytes];
    }

    /// <summary>SoundInfo.</summary>
    public struct Sound
    {
        public long Start;
        public int Rate, Channels, FrameSamples;
    }

    /// <summary>SegmentPacket.</summary>
    public struct Packet
    {
        public long Time;
        public int IsKey, IsUnreferenced, IsDamaged, IsHidden, Order;
    }

    /// <summary>SegmentFrame.</summary>
    public struct Frame
    {
        public nint Pixels;
        public int Width, Height, Stride, Packet, Sent, IsDamaged;
        public fixed byte Problem[ProblemBytes];
    }
}
