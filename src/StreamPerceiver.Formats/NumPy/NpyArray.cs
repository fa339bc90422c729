using System.Runtime.InteropServices;

namespace StreamPerceiver.Formats;

/// <summary>Element type of a NumPy array. All but one byte wide are little-endian.</summary>
public enum NpyType
{
    /// <summary>IEEE 16-bit float.</summary>
    F16,

    /// <summary>32-bit float.</summary>
    F32,

    /// <summary>64-bit float.</summary>
    F64,

    /// <summary>8-bit integer.</summary>
    I8,

    /// <summary>8-bit integer from 0.</summary>
    U8,

    /// <summary>16-bit integer.</summary>
    I16,

    /// <summary>32-bit integer.</summary>
    I32,

    /// <summary>64-bit integer.</summary>
    I64,

    /// <summary>One byte: 0 is false.</summary>
    Bool,

    /// <summary>16-bit integer from 0.</summary>
    U16,

    /// <summary>32-bit integer from 0.</summary>
    U32,

    /// <summary>64-bit integer from 0.</summary>
    U64,
}

/// <summary>One array as NumPy stores it, row-major.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes, slowest axis first; empty for a scalar.</param>
/// <param name="Bytes">The elements.</param>
public sealed record NpyArray(NpyType Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Makes a float32 array of these values.</summary>
    public static NpyArray FromFloats(IReadOnlyList<long> shape, ReadOnlySpan<float> values) =>
        new(NpyType.F32, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Makes an int64 array of these values.</summary>
    public static NpyArray FromLongs(IReadOnlyList<long> shape, ReadOnlySpan<long> values) =>
        new(NpyType.I64, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Returns the elements as float32. A float64 is rounded to the nearest; true is 1.</summary>
    /// <exception cref="ArrayFileException">A whole number that float32 cannot hold, or a float64 beyond its range.</exception>
    public float[] ToFloats() => Type switch
    {
        NpyType.F16 => Widen<Half, float>(v => (float)v),
        NpyType.F32 => Widen<float, float>(v => v),
        NpyType.F64 => Widen<double, float>(v => double.IsFinite(v) && float.IsInfinity((float)v)
            ? throw Unfit(v, "is beyond the range of float32")
            : (float)v),
        NpyType.U64 => Widen<ulong, float>(v => (Int128)(float)v == v ? v : throw Unfit(v, "has no equal in float32")),
        _ => [.. ToLongs().Select(v => (Int128)(float)v == v ? (float)v : throw Unfit(v, "has no equal in float32"))],
    };

    /// <summary>Returns the elements as the nearest float32; infinity where an element is beyond its range. True is 1.</summary>
    public float[] ToNearestFloats() => Type switch
    {
        NpyType.F16 => Widen<Half, float>(v => (float)v),
        NpyType.F32 => Widen<float, float>(v => v),
        NpyType.F64 => Widen<double, float>(v => (float)v),
        NpyType.I8 => Widen<sbyte, float>(v => v),
        NpyType.U8 => Widen<byte, float>(v => v),
        NpyType.I16 => Widen<short, float>(v => v),
        NpyType.U16 => Widen<ushort, float>(v => v),
        NpyType.I32 => Widen<int, float>(v => v),
        NpyType.U32 => Widen<uint, float>(v => v),
        NpyType.I64 => Widen<long, float>(v => v),
        NpyType.U64 => Widen<ulong, float>(v => v),
        _ => Widen<byte, float>(v => v == 0 ? 0 : 1),
    };

    /// <summary>Returns the elements as float64. A whole number beyond 2^53 is rounded.</summary>
    public double[] ToDoubles() => Type switch
    {
        NpyType.F16 => Widen<Half, double>(v => (double)v),
        NpyType.F32 => Widen<float, double>(v => v),
        NpyType.F64 => Widen<double, double>(v => v),
        NpyType.U64 => Widen<ulong, double>(v => v),
        _ => [.. ToLongs().Select(v => (double)v)],
    };

    /// <summary>Returns the elements as whole numbers; bools are 0 and 1.</summary>
    /// <exception cref="ArrayFileException">The elements are floats, or one is beyond the range of int64.</exception>
    public long[] ToLongs() => Type switch
    {
        NpyType.I8 => Widen<sbyte, long>(v => v),
        NpyType.U8 => Widen<byte, long>(v => v),
        NpyType.I16 => Widen<short, long>(v => v),
        NpyType.I32 => Widen<int, long>(v => v),
        NpyType.I64 => Widen<long, long>(v => v),
        NpyType.U16 => Widen<ushort, long>(v => v),
        NpyType.U32 => Widen<uint, long>(v => v),
        NpyType.U64 => Widen<ulong, long>(v => v <= long.MaxValue ? (long)v : throw Unfit(v, "is beyond the range of int64")),
        NpyType.Bool => Widen<byte, long>(v => v == 0 ? 0 : 1),
        _ => throw new ArrayFileException(Label, "expected whole numbers"),
    };

    /// <summary>Counts the bytes of one element.</summary>
    public static int SizeOf(NpyType type) => type switch
    {
        NpyType.F64 or NpyType.I64 or NpyType.U64 => 8,
        NpyType.F32 or NpyType.I32 or NpyType.U32 => 4,
        NpyType.F16 or NpyType.I16 or NpyType.U16 => 2,
        _ => 1,
    };

    private string Label => $"array {Type} {ShapeText.Of(Shape)}";

    private TResult[] Widen<T, TResult>(Func<T, TResult> convert)
        where T : unmanaged
    {
        ReadOnlySpan<T> elements = MemoryMarshal.Cast<byte, T>(Bytes.Span);
        TResult[] values = new TResult[elements.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = convert(elements[i]);
        return values;
    }

    private ArrayFileException Unfit<T>(T value, string why) => new(Label, $"{value} {why}");
}
