using System.Runtime.InteropServices;

namespace OpenCvSharp;

[StructLayout(LayoutKind.Sequential)]
public record struct Size(int Width, int Height)
{
    public int Width = Width;

    public int Height = Height;

    public Size(double width, double height) : this((int)width, (int)height)
    {
    }
}
