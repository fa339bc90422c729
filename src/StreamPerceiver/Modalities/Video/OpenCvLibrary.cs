using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities.Video;

/// <summary>OpenCV's library. It is loaded before OpenCvSharp's first call, whose exception has less detail where a library is missing.</summary>
public static class OpenCvLibrary
{
    private const string Packages = "It needs Debian's packages libgtk-3-0 (libgtk-3-0t64 from Debian 13 on), libdrm2 and libatomic1";

    private static readonly Lazy<nint> Loaded = new(() => NativeFile.Load(NativeFile.Find("libOpenCvSharpExtern.so"), Packages));

    /// <summary>
    /// Most pixels of a picture. A few kilobytes can claim any size, and OpenCV's own limit of 2^30 pixels would allow 3 GB.
    /// OpenCV reads this variable when it is loaded.
    /// </summary>
    internal static string MaxPixels { get; } = NativeEnvironment.SetDefault("OPENCV_IO_MAX_IMAGE_PIXELS", $"{8192 * 8192}");

    /// <summary>Loads the library, unless it is loaded.</summary>
    /// <exception cref="DllNotFoundException">It is missing, or it needs a library that the system lacks. The message has the name.</exception>
    public static void Load() => _ = Loaded.Value;
}
