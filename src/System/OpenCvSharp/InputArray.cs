namespace OpenCvSharp;

/// <summary>What a function of OpenCV reads from.</summary>
public class InputArray : DisposableCvObject
{
    readonly Mat mat;

    internal InputArray(Mat mat) : base(Pointer(mat), false) => this.mat = mat;

    public static implicit operator InputArray(Mat mat) => Create(mat);

    public static InputArray Create(Mat mat) => new(mat);

    /// <summary>The matrix itself, checked.</summary>
    internal static Mat Of(InputArray? array, string name)
    {
        ArgumentNullException.ThrowIfNull(array, name);
        array.ThrowIfDisposed();
        array.mat.ThrowIfDisposed();
        return array.mat;
    }

    static IntPtr Pointer(Mat mat)
    {
        ArgumentNullException.ThrowIfNull(mat);
        return mat.CvPtr;
    }
}
