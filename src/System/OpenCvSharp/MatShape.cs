using System.Runtime.InteropServices;

namespace OpenCvSharp;

/// <summary>All that a matrix says of itself, in one call; the layout is that of Shape in native/core.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MatShape
{
    public int Rows, Cols, Type, Dims;
    public long Step, Elements, ElementSize;
    public nint Data;
    public int Continuous, Empty;
}
