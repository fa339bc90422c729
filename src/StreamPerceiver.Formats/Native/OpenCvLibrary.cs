namespace StreamPerceiver.Formats;

/// <summary>OpenCV's library. It is loaded before OpenCvSharp's first call, whose exception has less detail where a library is missing.</summary>
public static class OpenCvLibrary
{
    private const string Packages = "It needs Debian's packages libgtk-3-0 (libgtk-3-0t64 from Debian 13 on), libdrm2 and libatomic1";

    private static readonly Lazy<nint> Loaded = new(() =>
    {
        // By default OpenCV prints what is wrong with a picture, without the record's place. The dead letter has that.
        _ = NativeEnvironment.SetDefault("OPENCV_LOG_LEVEL", "SILENT");
        return NativeFile.Load(NativeFile.Find("libOpenCvSharpExtern.so"), Packages);
    });

    /// <summary>Loads the library, unless it is loaded.</summary>
    /// <exception cref="DllNotFoundException">It is missing, or it needs a library that the system lacks. The message has the name.</exception>
    public static void Load() => _ = Loaded.Value;
}
