using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        Supported(device, null);
        bool whole = start.Type == ScalarType.Int64 && stop.Type == ScalarType.Int64 && step.Type == ScalarType.Int64;
        return Native.st_arange(start, stop, step, Code(dtype ?? (whole ? ScalarType.Int64 : get_default_dtype())), requires_grad);
    }

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor randint(
        long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null)
    {
        Supported(device, names);
        return Native.st_randint(low, high, size, size.Length, generator, Code(dtype ?? ScalarType.Int64), requires_grad);
    }

    public static Tensor randint(
        long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        zeros(input.shape, dtype ?? input.dtype, device, requires_grad, names);

    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        ones(input.shape, dtype ?? input.dtype, device, requires_grad, names);

    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        empty(input.shape, dtype ?? input.dtype, device, requires_grad, names);

    public static Tensor full_like(
        Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        full(input.shape, value, dtype ?? input.dtype, device, requires_grad, names);

    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    /// <summary>A tensor over the array's own memory, unless another type makes a copy necessary.</summary>
    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        Supported(device, names);
        if (requires_grad) throw new NotSupportedException("requires_grad on shared memory");
        long[] shape = new long[rawArray.Rank];
        for (int i = 0; i < shape.Length; i++) shape[i] = rawArray.GetLength(i);
        return As(Shared(rawArray, 0, shape), dtype);
    }

    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        if (offset < 0 || offset >= rawArray.LongLength) throw new ArgumentException($"invalid value for 'offset': {offset}");
        if (count < 0) count = rawArray.LongLength - offset;
        if (count > rawArray.LongLength - offset) throw new IndexOutOfRangeException($"element count is too large: {count}");
        if (requires_grad) throw new NotSupportedException("requires_grad on shared memory");
        return As(Shared(rawArray, offset, [count]), dtype);
    }

    static unsafe Tensor Shared(Array array, long offset, ReadOnlySpan<long> shape)
    {
        ScalarType type = TypeOf(array.GetType().GetElementType()!);
        GCHandle pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        try
        {
            nint data = pin.AddrOfPinnedObject() + (nint)(offset * (Buffer.ByteLength(array) / Math.Max(1, array.LongLength)));
            return Native.st_shared(data, shape, shape.Length, (sbyte)type, GCHandle.ToIntPtr(pin), &Unpin);
        }
        catch
        {
            pin.Free();
            throw;
        }
    }

    [UnmanagedCallersOnly]
    static void Unpin(nint pin) => GCHandle.FromIntPtr(pin).Free();

    static Tensor As(Tensor tensor, ScalarType? dtype)
    {
        if (dtype is null || tensor.dtype == dtype) return tensor;
        using (tensor) return tensor.to_type(dtype.Value);
    }

    static unsafe Tensor Copied<T>(
        ReadOnlySpan<T> data, ReadOnlySpan<long> dimensions, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) where T : unmanaged
    {
        Supported(device, names);
        long count = 1;
        foreach (long size in dimensions) count *= size;
        if (count > data.Length) throw new ArgumentException($"mismatched total size creating a tensor from an array: {count} vs. {data.Length}");
        ScalarType type = TypeOf(typeof(T));
        fixed (T* first = data)
            return Native.st_copy_of(first, dimensions, dimensions.Length, (sbyte)type, (sbyte)(dtype ?? type), requires_grad);
    }

    static ScalarType TypeOfFill(Scalar value) => value.Type is ScalarType.Int64 or ScalarType.Bool ? ScalarType.Int64 : get_default_dtype();

    static void Supported(Device? device, string[]? names)
    {
        InitializeDevice(device);
        if (names is { Length: > 0 }) throw new NotSupportedException("named dimensions");
    }
}
