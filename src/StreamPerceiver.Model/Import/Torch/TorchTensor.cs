using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>A block of elements. Tensors are views of it.</summary>
/// <param name="Key">The storage's name in the file.</param>
/// <param name="Type">Element type.</param>
/// <param name="Count">Number of elements.</param>
internal sealed record TorchStorage(string Key, SafeTensorType Type, long Count)
{
    private static readonly Dictionary<string, SafeTensorType> Types = new(StringComparer.Ordinal)
    {
        ["torch.FloatStorage"] = SafeTensorType.F32,
        ["torch.HalfStorage"] = SafeTensorType.F16,
        ["torch.BFloat16Storage"] = SafeTensorType.BF16,
        ["torch.LongStorage"] = SafeTensorType.I64,
        ["torch.DoubleStorage"] = SafeTensorType.F64,
        ["torch.IntStorage"] = SafeTensorType.I32,
        ["torch.ShortStorage"] = SafeTensorType.I16,
        ["torch.CharStorage"] = SafeTensorType.I8,
        ["torch.ByteStorage"] = SafeTensorType.U8,
        ["torch.BoolStorage"] = SafeTensorType.Bool,
    };

    /// <summary>The Python names of the supported element types.</summary>
    public static IEnumerable<string> TypeNames => Types.Keys;

    /// <summary>Bytes of all elements.</summary>
    public long Length => Count * SafeTensor.SizeOf(Type);

    /// <summary>Makes the storage to which a pickle refers.</summary>
    public static TorchStorage FromReference(string file, PickleReference reference)
    {
        // The older format adds a sixth item: None, or a part of another storage. Parts are refused, since only very old files have them.
        if (reference.Id is not PickleTuple { Items: ["storage", PickleGlobal type, string key, string, long count, .. object?[] view] }
            || view is not ([] or [null]) || !Types.TryGetValue(type.Name, out SafeTensorType element))
            throw new CheckpointException(file, "refers to a storage by something other than (\"storage\", type, key, device, number of elements)");
        return count >= 0 && count <= Array.MaxLength / SafeTensor.SizeOf(element)
            ? new TorchStorage(key, element, count)
            : throw new CheckpointException(file, $"storage '{key}' has {count} elements of {element}: at most {Array.MaxLength} bytes are supported");
    }
}

/// <summary>One tensor of a file, as a view of a storage.</summary>
/// <param name="Name">The full key.</param>
/// <param name="Storage">The storage of the elements.</param>
/// <param name="Offset">Index of the first element in the storage.</param>
/// <param name="Shape">Sizes, slowest axis first.</param>
/// <param name="Strides">For each axis, the distance between neighbours in the storage, in elements.</param>
internal sealed record TorchTensor(string Name, TorchStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Returns the problem of the sizes; null where every element is in the storage.</summary>
    public string? Problem()
    {
        if (Shape.Length != Strides.Length)
            return $"shape {ShapeText.Of(Shape)} but strides {ShapeText.Of(Strides)}";
        if (Shape.Contains(0))
            return null;
        Int128 last = Offset;
        Int128 count = 1;
        for (int axis = 0; axis < Shape.Length; axis++)
        {
            last += (Int128)(Shape[axis] - 1) * Strides[axis];
            count *= Shape[axis];
            if (last >= Storage.Count || count > Storage.Count)
                break;
        }

        return last >= Storage.Count || count > Storage.Count
            ? $"shape {ShapeText.Of(Shape)}, strides {ShapeText.Of(Strides)} and offset {Offset} "
                + $"reach beyond the {Storage.Count} elements of storage '{Storage.Key}'"
            : null;
    }

    /// <summary>Reads the tensor's elements in row-major order. The result shares the storage's bytes if they already have this order.</summary>
    public SafeTensor Read(byte[] storage)
    {
        int size = SafeTensor.SizeOf(Storage.Type);
        if (Shape.Contains(0))
            return new SafeTensor(Name, Storage.Type, Shape, ReadOnlyMemory<byte>.Empty);
        ReadOnlyMemory<byte> from = storage.AsMemory((int)Offset * size);
        ReadOnlyMemory<byte> bytes = StridedArray.IsRowMajor(Shape, Strides)
            ? from[..StridedArray.ByteCount(size, Shape)!.Value]
            : StridedArray.ToRowMajor(from.Span, size, Shape, Strides);
        return new SafeTensor(Name, Storage.Type, Shape, bytes);
    }
}
