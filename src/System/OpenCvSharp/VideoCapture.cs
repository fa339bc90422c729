namespace OpenCvSharp;

/// <summary>Reads the frames of a video file.</summary>
public class VideoCapture : DisposableCvObject
{
    public VideoCapture(string fileName, VideoCaptureAPIs apiPreference = VideoCaptureAPIs.ANY)
    {
        if (string.IsNullOrEmpty(fileName)) throw new ArgumentNullException(nameof(fileName));
        Native.Check(Native.VideoOpen(fileName, (int)apiPreference, out ptr));
    }

    public int PosMsec
    {
        get => (int)Get(VideoCaptureProperties.PosMsec);
        set => Set(VideoCaptureProperties.PosMsec, value);
    }

    public int PosFrames
    {
        get => (int)Get(VideoCaptureProperties.PosFrames);
        set => Set(VideoCaptureProperties.PosFrames, value);
    }

    public int FrameWidth
    {
        get => (int)Get(VideoCaptureProperties.FrameWidth);
        set => throw OnlyCameras();
    }

    public int FrameHeight
    {
        get => (int)Get(VideoCaptureProperties.FrameHeight);
        set => throw OnlyCameras();
    }

    public double Fps
    {
        get => Get(VideoCaptureProperties.Fps);
        set => throw OnlyCameras();
    }

    public int FrameCount => (int)Get(VideoCaptureProperties.FrameCount);

    public static VideoCapture FromFile(string fileName, VideoCaptureAPIs apiPreference = VideoCaptureAPIs.ANY) => new(fileName, apiPreference);

    public bool IsOpened()
    {
        Native.Check(Native.VideoIsOpen(CvPtr, out int open));
        GC.KeepAlive(this);
        return open != 0;
    }

    public void Release()
    {
        Native.Check(Native.VideoRelease(CvPtr));
        GC.KeepAlive(this);
    }

    public bool Grab()
    {
        Native.Check(Native.VideoGrab(CvPtr, out int done));
        GC.KeepAlive(this);
        return done != 0;
    }

    public bool Read(OutputArray image)
    {
        bool done = Read(OutputArray.Of(image, nameof(image)));
        image.Fix();
        return done;
    }

    /// <summary>False, and an empty matrix, after the last frame.</summary>
    public bool Read(Mat image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Native.Check(Native.VideoRead(CvPtr, image.CvPtr, out int done));
        GC.KeepAlive(this);
        GC.KeepAlive(image);
        return done != 0;
    }

    public bool Set(VideoCaptureProperties propertyId, double value) => Set((int)propertyId, value);

    public bool Set(int propertyId, double value)
    {
        Native.Check(Native.VideoSet(CvPtr, propertyId, value, out int done));
        GC.KeepAlive(this);
        return done != 0;
    }

    public double Get(VideoCaptureProperties propertyId) => Get((int)propertyId);

    public double Get(int propertyId)
    {
        Native.Check(Native.VideoGet(CvPtr, propertyId, out double value));
        GC.KeepAlive(this);
        return value;
    }

    protected override void DisposeUnmanaged()
    {
        if (ptr != 0) Native.VideoDelete(ptr);
        base.DisposeUnmanaged();
    }

    static NotSupportedException OnlyCameras() => new("Only for cameras");
}
