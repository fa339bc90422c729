namespace OpenCvSharp;

/// <summary>What a function of OpenCV draws on.</summary>
public class InputOutputArray : OutputArray
{
    internal InputOutputArray(Mat mat) : base(mat)
    {
    }

    public static implicit operator InputOutputArray(Mat mat) => new(mat);

    public static new InputOutputArray Create(Mat mat) => new(mat);
}
