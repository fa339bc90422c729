namespace StreamPerceiver.Formats;

/// <summary>Arrays whose axes lie in memory in any order.</summary>
public static class StridedArray
{
    /// <summary>Computes the strides in elements of an array whose last axis is contiguous.</summary>
    public static long[] RowMajor(IReadOnlyList<long> shape)
    {
        long[] strides = new long[shape.Count];
        long stride = 1;
        for (int axis = shape.Count - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        return strides;
    }

    /// <summary>Computes the strides in elements of an array whose first axis is contiguous.</summary>
    public static long[] ColumnMajor(IReadOnlyList<long> shape) => [.. RowMajor([.. shape.Reverse()]).Reverse()];

    /// <summary>Whether the elements lie one after the other, the last axis contiguous. The stride of an axis of one element means nothing.</summary>
    public static bool IsRowMajor(IReadOnlyList<long> shape, IReadOnlyList<long> strides)
    {
        long[] contiguous = RowMajor(shape);
        return shape.Contains(0) || Enumerable.Range(0, shape.Count).All(axis => shape[axis] == 1 || strides[axis] == contiguous[axis]);
    }

    /// <summary>Copies to row-major order. The caller has checked that every element lies in the source and that the result fits an array.</summary>
    public static byte[] ToRowMajor(ReadOnlySpan<byte> source, int elementBytes, IReadOnlyList<long> shape, IReadOnlyList<long> strides)
    {
        byte[] target = new byte[shape.Aggregate((long)elementBytes, (product, size) => product * size)];
        long[] index = new long[shape.Count];
        long from = 0;
        for (int to = 0; to < target.Length; to += elementBytes)
        {
            source.Slice((int)(from * elementBytes), elementBytes).CopyTo(target.AsSpan(to));
            for (int axis = shape.Count - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++index[axis] < shape[axis])
                    break;
                from -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return target;
    }

    /// <summary>Computes the bytes of a shape. Returns null where one array cannot hold them.</summary>
    public static int? ByteCount(int elementBytes, IReadOnlyList<long> shape)
    {
        if (shape.Contains(0))
            return 0;
        Int128 bytes = elementBytes;
        foreach (long size in shape)
        {
            bytes *= size;
            if (bytes > Array.MaxLength)
                return null;
        }

        return (int)bytes;
    }
}
