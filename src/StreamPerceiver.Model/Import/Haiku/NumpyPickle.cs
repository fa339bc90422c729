using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>NumPy and JAX arrays as pickles describe them.</summary>
internal static class NumpyPickle
{
    private const string Encode = "_codecs.encode";
    private const string DataType = "numpy.dtype";
    private const string Class = "numpy.ndarray";

    private static readonly HashSet<string> Reconstruct = new(["numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct"], StringComparer.Ordinal);
    private static readonly HashSet<string> FromBuffer = new(["numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer"], StringComparer.Ordinal);

    /// <summary>A JAX array's pickle is the call that makes a NumPy array, in pieces: function, arguments, state, and what only JAX needs.</summary>
    private static readonly HashSet<string> Jax = new(["jax._src.array._reconstruct_array", "jax._src.device_array.reconstruct_device_array"], StringComparer.Ordinal);

    /// <summary>All names that arrays need.</summary>
    public static IEnumerable<string> Names => [Encode, DataType, Class, .. Reconstruct, .. FromBuffer, .. Jax];

    /// <summary>The array that a value describes; null where it is none that is supported.</summary>
    public static NpyArray? Array(object? value)
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
        state.Items is [long, var shape, PickleObject type, bool columnMajor, var data] && Bytes(data) is byte[] bytes ? Checked(type, shape, columnMajor, bytes) : null;

    private static NpyArray? Checked(PickleObject type, object? shape, bool columnMajor, byte[] bytes) =>
        TypeOf(type) is NpyType element && PickleValues.Sizes(shape) is long[] sizes && StridedArray.ByteCount(NpyArray.SizeOf(element), sizes) == bytes.Length
            ? Npy.Order(element, columnMajor, sizes, bytes)
            : null;

    // The arguments say kind and size, the state the byte order: "|" where there is none.
    private static NpyType? TypeOf(PickleObject type) =>
        type.Constructor == DataType && type.Arguments is [string kind, ..] && type.State is PickleTuple { Items: [long, ("<" or "|") and string order, ..] }
            ? NpyHeader.TypeOf(order + kind)
            : null;

    // Before protocol 3 a pickle has no bytes: they are a text, one character a byte.
    private static byte[]? Bytes(object? data)
    {
        if (data is PickleObject { Constructor: Encode, Arguments: [string text, "latin1"] })
            return text.All(c => c <= byte.MaxValue) ? [.. text.Select(c => (byte)c)] : null;
        return data as byte[];
    }
}
