using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>A block of elements that tensors look into.</summary>
/// <param name="Key">Its name in the file.</param>
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
    };

    /// <summary>The names of the types that can be read.</summary>
    public static IEnumerable<string> TypeNames => Types.Keys;

    /// <summary>Bytes of all elements.</summary>
    public long Length => Count * SafeTensor.SizeOf(Type);

    /// <summary>The storage that a pickle refers to.</summary>
    public static TorchStorage Of(string file, PickleReference reference)
    {
        // The older format adds a sixth: None, or a part of another storage, which has not been written for years.
        if (reference.Id is not PickleTuple { Items: ["storage", PickleGlobal type, string key, string, long count, .. object?[] view] }
            || view is not ([] or [null]) || !Types.TryGetValue(type.Name, out SafeTensorType element))
            throw new CheckpointException(file, "refers to a storage by something other than (\"storage\", type, key, device, number of elements)");
        return count >= 0 && count <= Array.MaxLength / SafeTensor.SizeOf(element)
            ? new TorchStorage(key, element, count)
            : throw new CheckpointException(file, $"storage '{key}' has {count} elements of {element}: at most {Array.MaxLength} bytes are supported");
    }
}

/// <summary>One tensor of a file: the part of a storage that it shows.</summary>
/// <param name="Name">The full key.</param>
/// <param name="Storage">Where the elements are.</param>
/// <param name="Offset">Its first element in the storage.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="Strides">How many elements of the storage apart the neighbours along each axis lie.</param>
internal sealed record TorchTensor(string Name, TorchStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>What is wrong with the sizes; null where every element lies in the storage.</summary>
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
            ? $"shape {ShapeText.Of(Shape)}, strides {ShapeText.Of(Strides)} and offset {Offset} reach beyond the {Storage.Count} elements of storage '{Storage.Key}'"
            : null;
    }

    /// <summary>The tensor with its elements in order. Where they are so already, it shares the storage's bytes.</summary>
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
