using StreamPerceiver.Formats;

namespace StreamPerceiver.Recordings.Ros.Payloads;

/// <summary>
/// An array of numbers of each message, as NumPy stores it, of the same kind of number. Its shape is that of the message's layout, if it has one, and else
/// (numbers).
/// </summary>
internal sealed class NumberArrays : IRosPayloads
{
    private const int MostDimensions = 8;

    private static readonly Dictionary<RosKind, NpyType> Types = new()
    {
        [RosKind.Bool] = NpyType.Bool,
        [RosKind.Int8] = NpyType.I8,
        [RosKind.UInt8] = NpyType.U8,
        [RosKind.Int16] = NpyType.I16,
        [RosKind.UInt16] = NpyType.U16,
        [RosKind.Int32] = NpyType.I32,
        [RosKind.UInt32] = NpyType.U32,
        [RosKind.Int64] = NpyType.I64,
        [RosKind.UInt64] = NpyType.U64,
        [RosKind.Float32] = NpyType.F32,
        [RosKind.Float64] = NpyType.F64,
    };

    private readonly RosPath _array;
    private readonly RosPath? _dimensions, _size;

    /// <summary>Finds the array in the type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="array">The path of the array.</param>
    /// <param name="layout">The path of a <c>std_msgs/MultiArrayLayout</c>; null: there is none.</param>
    /// <exception cref="RosException">The type has no such array.</exception>
    public NumberArrays(RosMessageType type, string array, string? layout)
    {
        _array = Require.Numbers(type, array);
        if (layout is null) return;
        _dimensions = Require.Messages(type, $"{layout}.dim");
        _size = Require.Whole(_dimensions.Field.Type!, "size");
    }

    /// <inheritdoc/>
    public RosPayload Convert(RosMessage message)
    {
        var numbers = _array.Read<RosNumbers>(message);
        return new RosPayload(Npy.ToBytes(new NpyArray(Types[numbers.Kind], ShapeOf(message, numbers.Count), numbers.ToLittleEndian())), "application/x-npy");
    }

    // Many nodes leave the layout empty. One that does not fit the numbers is an error of the node, of which either part may be wrong.
    private long[] ShapeOf(RosMessage message, int count)
    {
        if (_dimensions?.Read<object[]>(message) is not { Length: > 0 } dimensions) return [count];
        if (dimensions.Length > MostDimensions) throw new RosException($"the layout has {dimensions.Length} dimensions, expected at most {MostDimensions}");
        long[] shape = [.. dimensions.Select(d => Require.Count(_size!, (RosMessage)d))];
        return shape.Aggregate((Int128)1, (product, size) => Int128.Min(product * size, long.MaxValue)) == count
            ? shape
            : throw new RosException($"the layout has the dimensions {string.Join(" x ", shape)}, expected those of {count} numbers");
    }
}
