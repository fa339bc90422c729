using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]

namespace OpenCvSharp;

/// <summary>The C++ side (native/*.cpp). Every call returns 0, or 1 with a failure that <see cref="Check"/> throws.</summary>
internal static unsafe partial class Native
{
    const string Library = "libstreamperceiver_opencv.so";

    public static void Check(int outcome)
    {
        if (outcome != 0) Throw();
    }

    static void Throw()
    {
        int code = Failure(out byte* function, out byte* message, out byte* file, out int line);
        throw new OpenCVException((ErrorCode)code, Text(function), Text(message), Text(file), line);
    }

    static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    [LibraryImport(Library, EntryPoint = "spcv_failure")]
    private static partial int Failure(out byte* function, out byte* message, out byte* file, out int line);

    [LibraryImport(Library, EntryPoint = "spcv_set_threads")]
    internal static partial int SetThreads(int count);

    [LibraryImport(Library, EntryPoint = "spcv_get_threads")]
    internal static partial int GetThreads(out int count);

    [LibraryImport(Library, EntryPoint = "spcv_mat_new")]
    internal static partial int MatNew(out nint mat);

    [LibraryImport(Library, EntryPoint = "spcv_mat_new_sized")]
    internal static partial int MatNewSized(int rows, int cols, int type, Scalar* fill, out nint mat);

    [LibraryImport(Library, EntryPoint = "spcv_mat_new_over")]
    internal static partial int MatNewOver(int rows, int cols, int type, nint data, nuint step, out nint mat);

    [LibraryImport(Library, EntryPoint = "spcv_mat_clone")]
    internal static partial int MatClone(nint mat, out nint copy);

    [LibraryImport(Library, EntryPoint = "spcv_mat_delete")]
    internal static partial void MatDelete(nint mat);

    [LibraryImport(Library, EntryPoint = "spcv_mat_shape")]
    internal static partial int MatShape(nint mat, out MatShape shape);

    [LibraryImport(Library, EntryPoint = "spcv_decode")]
    internal static partial int Decode(byte* bytes, int length, int flags, out nint mat);

    [LibraryImport(Library, EntryPoint = "spcv_decode_mat")]
    internal static partial int DecodeMat(nint input, int flags, out nint mat);

    [LibraryImport(Library, EntryPoint = "spcv_encode", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Encode(
        string extension, nint mat, int* settings, int count, out nint encoded, out byte* bytes, out long length, out int done);

    [LibraryImport(Library, EntryPoint = "spcv_bytes_delete")]
    internal static partial void BytesDelete(nint encoded);

    [LibraryImport(Library, EntryPoint = "spcv_resize")]
    internal static partial int Resize(nint source, nint target, int width, int height, double fx, double fy, int interpolation);

    [LibraryImport(Library, EntryPoint = "spcv_convert_colour")]
    internal static partial int ConvertColour(nint source, nint target, int code, int channels);

    [LibraryImport(Library, EntryPoint = "spcv_line")]
    internal static partial int Line(nint mat, int x1, int y1, int x2, int y2, in Scalar colour, int thickness, int kind, int shift);

    [LibraryImport(Library, EntryPoint = "spcv_rectangle")]
    internal static partial int Rectangle(nint mat, int x1, int y1, int x2, int y2, in Scalar colour, int thickness, int kind, int shift);

    [LibraryImport(Library, EntryPoint = "spcv_rectangle_area")]
    internal static partial int RectangleArea(nint mat, int x, int y, int width, int height, in Scalar colour, int thickness, int kind, int shift);

    [LibraryImport(Library, EntryPoint = "spcv_circle")]
    internal static partial int Circle(nint mat, int x, int y, int radius, in Scalar colour, int thickness, int kind, int shift);

    [LibraryImport(Library, EntryPoint = "spcv_video_open", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int VideoOpen(string file, int api, out nint video);

    [LibraryImport(Library, EntryPoint = "spcv_video_delete")]
    internal static partial void VideoDelete(nint video);

    [LibraryImport(Library, EntryPoint = "spcv_video_is_open")]
    internal static partial int VideoIsOpen(nint video, out int open);

    [LibraryImport(Library, EntryPoint = "spcv_video_read")]
    internal static partial int VideoRead(nint video, nint frame, out int done);

    [LibraryImport(Library, EntryPoint = "spcv_video_grab")]
    internal static partial int VideoGrab(nint video, out int done);

    [LibraryImport(Library, EntryPoint = "spcv_video_release")]
    internal static partial int VideoRelease(nint video);

    [LibraryImport(Library, EntryPoint = "spcv_video_get")]
    internal static partial int VideoGet(nint video, int property, out double value);

    [LibraryImport(Library, EntryPoint = "spcv_video_set")]
    internal static partial int VideoSet(nint video, int property, double value, out int done);
}
