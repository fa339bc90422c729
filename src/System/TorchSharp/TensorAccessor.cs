using System.Collections;

namespace TorchSharp.Utils;

/// <summary>Reads and writes a tensor's elements in row-major order, whatever its strides.</summary>
public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    readonly torch.Tensor tensor;
    readonly long[] shape;
    readonly long[] strides;
    readonly nint data;

    internal TensorAccessor(torch.Tensor tensor)
    {
        this.tensor = tensor;
        shape = tensor.shape;
        strides = tensor.stride();
        data = tensor.DataPointer;
    }

    public long Count => tensor.numel();

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get => At(Place(indices));
        set => At(Place(indices)) = value;
    }

    public T[] ToArray()
    {
        T[] result = new T[Count];
        CopyTo(result.AsSpan());
        return result;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        int count = (int)Math.Max(0, Math.Min(array.Length - arrayIndex, Count - tensorIndex));
        if (tensor.is_contiguous())
            Run(tensorIndex, count).CopyTo(array[arrayIndex..]);
        else
            for (int i = 0; i < count; i++) array[arrayIndex + i] = At(Place(tensorIndex + i));
        GC.KeepAlive(tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        int count = (int)Math.Max(0, Math.Min(array.Length - arrayIndex, Count - tensorIndex));
        if (tensor.is_contiguous())
            array.Slice(arrayIndex, count).CopyTo(Run(tensorIndex, count));
        else
            for (int i = 0; i < count; i++) At(Place(tensorIndex + i)) = array[arrayIndex + i];
        GC.KeepAlive(tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++) yield return At(Place(i));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The tensor is its owner's to dispose.</summary>
    public void Dispose() { }

    unsafe Span<T> Run(long start, int count) => new((T*)data + start, count);

    unsafe ref T At(long place)
    {
        _ = tensor.Handle;
        return ref ((T*)data)[place];
    }

    long Place(long[] indices)
    {
        if (indices.Length == 1 && shape.Length != 1) return Place(indices[0]);
        if (indices.Length != shape.Length) throw new ArgumentException($"{indices.Length} indices into {shape.Length} dimensions");
        long place = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= shape[i]) throw new IndexOutOfRangeException($"{indices[i]} >= {shape[i]} in dimension {i}.");
            place += indices[i] * strides[i];
        }
        return place;
    }

    long Place(long index)
    {
        if (index < 0 || index >= Count) throw new IndexOutOfRangeException();
        long place = 0;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            index = Math.DivRem(index, shape[i], out long here);
            place += here * strides[i];
        }
        return place;
    }
}
