namespace OpenCvSharp;

/// <summary>What a function of OpenCV writes to; good for one call.</summary>
public class OutputArray : DisposableCvObject
{
    readonly Mat mat;

    internal OutputArray(Mat mat) : base(false)
    {
        ArgumentNullException.ThrowIfNull(mat);
        ptr = mat.CvPtr;
        this.mat = mat;
    }

    public static implicit operator OutputArray(Mat mat) => new(mat);

    public static OutputArray Create(Mat mat) => new(mat);

    public bool IsMat() => mat is not null;

    public virtual Mat? GetMat() => mat;

    public bool IsReady() => ptr != 0 && !IsDisposed;

    public void ThrowIfNotReady()
    {
        if (!IsReady()) throw new OpenCvSharpException("Invalid OutputArray");
    }

    public virtual void AssignResult()
    {
        if (!IsReady()) throw new NotSupportedException();
    }

    public void Fix()
    {
        AssignResult();
        Dispose();
    }

    /// <summary>The matrix itself, checked.</summary>
    internal static Mat Of(OutputArray? array, string name)
    {
        ArgumentNullException.ThrowIfNull(array, name);
        array.ThrowIfNotReady();
        array.mat.ThrowIfDisposed();
        return array.mat;
    }
}
