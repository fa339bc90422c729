namespace OpenCvSharp;

/// <summary>A dense matrix of OpenCV. The C++ object is this object's own; its memory goes with Dispose, or with the finaliser.</summary>
public partial class Mat : DisposableCvObject
{
    ArrayPin? pin;

    public Mat()
    {
        Native.Check(Native.MatNew(out ptr));
    }

    public unsafe Mat(int rows, int cols, MatType type)
    {
        Native.Check(Native.MatNewSized(rows, cols, type.Value, null, out ptr));
    }

    public Mat(Size size, MatType type) : this(size.Height, size.Width, type)
    {
    }

    public unsafe Mat(int rows, int cols, MatType type, Scalar s)
    {
        Native.Check(Native.MatNewSized(rows, cols, type.Value, &s, out ptr));
    }

    public Mat(Size size, MatType type, Scalar s) : this(size.Height, size.Width, type, s)
    {
    }

    internal Mat(IntPtr ptr) : base(ptr)
    {
    }

    public int Rows => Shape.Rows;

    public int Cols => Shape.Cols;

    public int Height => Rows;

    public int Width => Cols;

    public int Dims => Shape.Dims;

    public IntPtr Data => Shape.Data;

    public unsafe byte* DataPointer => (byte*)Data;

    MatShape Shape
    {
        get
        {
            Native.Check(Native.MatShape(CvPtr, out MatShape shape));
            GC.KeepAlive(this);
            return shape;
        }
    }

    /// <summary>A matrix over memory that is the caller's: it is neither copied nor freed.</summary>
    public static Mat FromPixelData(int rows, int cols, MatType type, IntPtr data, long step = 0)
    {
        Native.Check(Native.MatNewOver(rows, cols, type.Value, data, (nuint)step, out nint mat));
        return new Mat(mat);
    }

    /// <summary>A matrix over an array, which stays pinned as long as the matrix lives.</summary>
    public static Mat FromPixelData(int rows, int cols, MatType type, Array data, long step = 0)
    {
        var pin = new ArrayPin(data);
        try
        {
            Mat mat = FromPixelData(rows, cols, type, pin.Address, step);
            mat.pin = pin;
            return mat;
        }
        catch
        {
            pin.Free();
            throw;
        }
    }

    public MatType Type() => Shape.Type;

    public int Depth() => Type().Depth;

    public int Channels() => Type().Channels;

    public bool Empty() => Shape.Empty != 0;

    public bool IsContinuous() => Shape.Continuous != 0;

    public long Step() => Shape.Step;

    public int ElemSize() => (int)Shape.ElementSize;

    public long Total() => Shape.Elements;

    public Size Size() => new(Shape.Cols, Shape.Rows);

    public Mat Clone()
    {
        Native.Check(Native.MatClone(CvPtr, out nint copy));
        GC.KeepAlive(this);
        return new Mat(copy);
    }

    public void Release() => Dispose();

    public override string ToString() =>
        IsDisposed ? "Mat [disposed]" : $"Mat [ {Rows}*{Cols}*{Type()}, IsContinuous={IsContinuous()}, Ptr=0x{CvPtr:x}, Data=0x{Data:x} ]";

    protected override void DisposeUnmanaged()
    {
        if (ptr != 0) Native.MatDelete(ptr);
        pin?.Free();
        base.DisposeUnmanaged();
    }
}
