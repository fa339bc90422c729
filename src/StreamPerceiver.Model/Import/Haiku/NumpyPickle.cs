using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>Reads NumPy and JAX arrays from the values of a pickle.</summary>
internal static class NumpyPickle
{
    private const string Encode = "_codecs.encode";
    private const string DataType = "numpy.dtype";
    private const string Class = "numpy.ndarray";

    private static readonly HashSet<string> Reconstruct =
        new(["numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct"], StringComparer.Ordinal);

    private static readonly HashSet<string> FromBuffer =
        new(["numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer"], StringComparer.Ordinal);

    /// <summary>Constructors of JAX arrays. Their arguments are those of a NumPy array: function, arguments and state, and a value for JAX.</summary>
    private static readonly HashSet<string> Jax =
        new(["jax._src.array._reconstruct_array", "jax._src.device_array.reconstruct_device_array"], StringComparer.Ordinal);

    /// <summary>All Python names in pickles of arrays.</summary>
    public static IEnumerable<string> Names => [Encode, DataType, Class, .. Reconstruct, .. FromBuffer, .. Jax];

    /// <summary>Makes the array that a value describes; null where the value is not a supported array.</summary>
    public static NpyArray? ToArray(object? value)
    {
        if (value is not PickleObject made)
            return null;
        if (Reconstruct.Contains(made.Constructor))
            return made.State is PickleTuple state ? FromState(state) : null;
        if (Jax.Contains(made.Constructor))
        {
            return made.Arguments is [PickleGlobal function, PickleTuple, PickleTuple arrayState, _] && Reconstruct.Contains(function.Name)
                ? FromState(arrayState)
                : null;
        }

        if (!FromBuffer.Contains(made.Constructor) || made.Arguments is not [byte[] bytes, PickleObject type, var shape, string order])
            return null;
        return order is "C" or "F" ? Checked(type, shape, order == "F", bytes) : null;
    }

    private static NpyArray? FromState(PickleTuple state) =>
        state.Items is [long, var shape, PickleObject type, bool columnMajor, var data] && Bytes(data) is byte[] bytes
            ? Checked(type, shape, columnMajor, bytes)
            : null;

    private static NpyArray? Checked(PickleObject type, object? shape, bool columnMajor, byte[] bytes) =>
        TypeOf(type) is NpyType element && PickleValues.Sizes(shape) is long[] sizes && StridedArray.ByteCount(NpyArray.SizeOf(element), sizes) == bytes.Length
            ? Npy.Order(element, columnMajor, sizes, bytes)
            : null;

    // The arguments have kind and size, and the state has the byte order: "|" where the type has none.
    private static NpyType? TypeOf(PickleObject type) =>
        type.Constructor == DataType && type.Arguments is [string kind, ..] && type.State is PickleTuple { Items: [long, ("<" or "|") and string order, ..] }
            ? NpyHeader.TypeOf(order + kind)
            : null;

    // Before protocol 3, pickles store bytes as a text with one character for each byte.
    private static byte[]? Bytes(object? data)
    {
        if (data is PickleObject { Constructor: Encode, Arguments: [string text, "latin1"] })
            return text.All(c => c <= byte.MaxValue) ? [.. text.Select(c => (byte)c)] : null;
        return data as byte[];
    }
}
