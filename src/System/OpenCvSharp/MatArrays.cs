namespace OpenCvSharp;

public partial class Mat
{
    /// <summary>The elements of a matrix of one channel, row after row.</summary>
    public unsafe bool GetArray<T>(out T[] data)
        where T : unmanaged
    {
        MatShape shape = Shape;
        data = new T[(long)shape.Rows * shape.Cols];
        CheckElements<T>(data, shape);
        fixed (T* target = data) CopyRows((byte*)target, shape, (long)data.Length * sizeof(T), toMatrix: false);
        return true;
    }

    public unsafe bool SetArray<T>(params T[] data)
        where T : unmanaged
    {
        MatShape shape = Shape;
        CheckElements<T>(data, shape);
        fixed (T* source = data) CopyRows((byte*)source, shape, (long)data.Length * sizeof(T), toMatrix: true);
        return true;
    }

    /// <summary>Row by row, because the matrix may have padding between its rows, and never past the shorter of the two.</summary>
    unsafe void CopyRows(byte* array, MatShape shape, long bytes, bool toMatrix)
    {
        long row = shape.Cols * shape.ElementSize;
        for (int y = 0; y < shape.Rows && bytes > 0; y++, bytes -= row, array += row)
        {
            byte* line = (byte*)shape.Data + y * shape.Step;
            long length = Math.Min(row, bytes);
            if (toMatrix) Buffer.MemoryCopy(array, line, row, length);
            else Buffer.MemoryCopy(line, array, bytes, length);
        }

        GC.KeepAlive(this);
    }

    static void CheckElements<T>(T[] data, MatShape shape)
    {
        ArgumentNullException.ThrowIfNull(data);
        MatType type = shape.Type;
        int[] depths = System.Type.GetTypeCode(typeof(T)) switch
        {
            TypeCode.Byte or TypeCode.SByte => [MatType.CV_8U, MatType.CV_8S],
            TypeCode.UInt16 or TypeCode.Int16 => [MatType.CV_16U, MatType.CV_16S],
            TypeCode.Int32 => [MatType.CV_32S],
            TypeCode.Single => [MatType.CV_32F],
            TypeCode.Double => [MatType.CV_64F],
            _ => throw new ArgumentException($"Type argument {typeof(T)} is not supported"),
        };
        if (data.Length % type.Channels != 0)
            throw new OpenCvSharpException($"Provided data element number ({data.Length}) should be multiple of the Mat channels count ({type.Channels})");
        if (type.Channels != 1 || !depths.Contains(type.Depth)) throw new OpenCvSharpException($"Mat data type is not compatible: {type}");
    }
}
