using System.Runtime.InteropServices;

namespace OpenCvSharp;

/// <summary>Up to four channel values, in the order of the matrix (blue, green, red for a colour image).</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct Scalar(double Val0, double Val1, double Val2, double Val3)
{
    public static readonly Scalar
        Black = FromRgb(0, 0, 0),
        White = FromRgb(255, 255, 255),
        Red = FromRgb(255, 0, 0),
        Lime = FromRgb(0, 255, 0),
        Blue = FromRgb(0, 0, 255),
        Yellow = FromRgb(255, 255, 0);

    public double Val0 = Val0;

    public double Val1 = Val1;

    public double Val2 = Val2;

    public double Val3 = Val3;

    public Scalar(double val0) : this(val0, 0, 0, 0)
    {
    }

    public Scalar(double val0, double val1) : this(val0, val1, 0, 0)
    {
    }

    public Scalar(double val0, double val1, double val2) : this(val0, val1, val2, 0)
    {
    }

    public static explicit operator Scalar(double val) => new(val);

    public static Scalar All(double v) => new(v, v, v, v);

    public static Scalar FromRgb(int r, int g, int b) => new(b, g, r);
}
