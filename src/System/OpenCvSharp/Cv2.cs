namespace OpenCvSharp;

/// <summary>OpenCV's free functions.</summary>
public static partial class Cv2
{
    public const int FILLED = -1;

    public static void SetNumThreads(int nThreads) => Native.Check(Native.SetThreads(nThreads));

    public static int GetNumThreads()
    {
        Native.Check(Native.GetThreads(out int count));
        return count;
    }

    public static void Resize(
        InputArray src, OutputArray dst, Size dsize, double fx = 0, double fy = 0, InterpolationFlags interpolation = InterpolationFlags.Linear)
    {
        Mat from = InputArray.Of(src, nameof(src)), to = OutputArray.Of(dst, nameof(dst));
        Native.Check(Native.Resize(from.CvPtr, to.CvPtr, dsize.Width, dsize.Height, fx, fy, (int)interpolation));
        GC.KeepAlive(from);
        GC.KeepAlive(to);
        dst.Fix();
    }

    public static void CvtColor(InputArray src, OutputArray dst, ColorConversionCodes code, int dstCn = 0)
    {
        Mat from = InputArray.Of(src, nameof(src)), to = OutputArray.Of(dst, nameof(dst));
        Native.Check(Native.ConvertColour(from.CvPtr, to.CvPtr, (int)code, dstCn));
        GC.KeepAlive(from);
        GC.KeepAlive(to);
        dst.Fix();
    }
}
