namespace OpenCvSharp;

public static partial class Cv2
{
    public static Mat ImDecode(Mat buf, ImreadModes flags)
    {
        ArgumentNullException.ThrowIfNull(buf);
        Native.Check(Native.DecodeMat(buf.CvPtr, (int)flags, out nint mat));
        GC.KeepAlive(buf);
        return new Mat(mat);
    }

    public static Mat ImDecode(InputArray buf, ImreadModes flags) => ImDecode(InputArray.Of(buf, nameof(buf)), flags);

    public static Mat ImDecode(byte[] buf, ImreadModes flags)
    {
        ArgumentNullException.ThrowIfNull(buf);
        return ImDecode(new ReadOnlySpan<byte>(buf), flags);
    }

    /// <summary>An empty matrix when the bytes are no image that OpenCV reads.</summary>
    public static unsafe Mat ImDecode(ReadOnlySpan<byte> span, ImreadModes flags)
    {
        if (span.IsEmpty) throw new ArgumentException("Empty span", nameof(span));
        fixed (byte* bytes = span)
        {
            Native.Check(Native.Decode(bytes, span.Length, (int)flags, out nint mat));
            return new Mat(mat);
        }
    }

    public static unsafe bool ImEncode(string ext, InputArray img, out byte[] buf, int[]? prms = null)
    {
        if (string.IsNullOrEmpty(ext)) throw new ArgumentNullException(nameof(ext));
        Mat mat = InputArray.Of(img, nameof(img));
        int[] settings = prms ?? [];
        nint encoded = 0;
        try
        {
            fixed (int* first = settings)
            {
                Native.Check(Native.Encode(ext, mat.CvPtr, first, settings.Length, out encoded, out byte* bytes, out long length, out int done));
                buf = new ReadOnlySpan<byte>(bytes, checked((int)length)).ToArray();
                return done != 0;
            }
        }
        finally
        {
            Native.BytesDelete(encoded);
            GC.KeepAlive(mat);
        }
    }

    public static void ImEncode(string ext, InputArray img, out byte[] buf, params ImageEncodingParam[] prms)
    {
        ArgumentNullException.ThrowIfNull(prms);
        ImEncode(ext, img, out buf, prms.SelectMany(p => new[] { (int)p.EncodingId, p.Value }).ToArray());
    }
}
