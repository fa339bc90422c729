using System.Runtime.InteropServices;

namespace StreamPerceiver.Model;

/// <summary>Element type of a stored tensor.</summary>
public enum SafeTensorType
{
    /// <summary>32-bit float.</summary>
    F32,

    /// <summary>IEEE 16-bit float.</summary>
    F16,

    /// <summary>The upper half of a 32-bit float.</summary>
    BF16,

    /// <summary>64-bit integer.</summary>
    I64,

    /// <summary>64-bit float.</summary>
    F64,

    /// <summary>8-bit float with 4 bits of exponent, which has no infinity.</summary>
    F8E4M3,

    /// <summary>8-bit float with 5 bits of exponent: the upper half of an IEEE 16-bit float.</summary>
    F8E5M2,

    /// <summary>One byte: 0 is false.</summary>
    Bool,

    /// <summary>8-bit integer from 0.</summary>
    U8,

    /// <summary>8-bit integer.</summary>
    I8,

    /// <summary>16-bit integer from 0.</summary>
    U16,

    /// <summary>16-bit integer.</summary>
    I16,

    /// <summary>32-bit integer from 0.</summary>
    U32,

    /// <summary>32-bit integer.</summary>
    I32,

    /// <summary>64-bit integer from 0.</summary>
    U64,
}

/// <summary>Names, sizes and values of the element types.</summary>
internal static class SafeTensorTypes
{
    /// <summary>The types that a weight may have, for messages.</summary>
    public const string Floats = "F32, F16, BF16, F64, F8_E4M3 or F8_E5M2";

    private static readonly Dictionary<string, SafeTensorType> ByName = Enum.GetValues<SafeTensorType>().ToDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>All names, for messages.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>The name of a type in a safetensors file.</summary>
    public static string NameOf(SafeTensorType type) => type switch
    {
        SafeTensorType.F8E4M3 => "F8_E4M3",
        SafeTensorType.F8E5M2 => "F8_E5M2",
        SafeTensorType.Bool => "BOOL",
        _ => type.ToString(),
    };

    /// <summary>The type of that name in a safetensors file; null for any other name.</summary>
    public static SafeTensorType? OfName(string? name) => name is not null && ByName.TryGetValue(name, out SafeTensorType type) ? type : null;

    /// <summary>Bytes of an element.</summary>
    public static int SizeOf(SafeTensorType type) => type switch
    {
        SafeTensorType.F64 or SafeTensorType.I64 or SafeTensorType.U64 => 8,
        SafeTensorType.F32 or SafeTensorType.I32 or SafeTensorType.U32 => 4,
        SafeTensorType.F16 or SafeTensorType.BF16 or SafeTensorType.I16 or SafeTensorType.U16 => 2,
        _ => 1,
    };

    /// <summary>Whether the elements are floats, as those of a weight are.</summary>
    public static bool IsFloat(SafeTensorType type) => type is SafeTensorType.F32 or SafeTensorType.F16 or SafeTensorType.BF16 or SafeTensorType.F64
        or SafeTensorType.F8E4M3 or SafeTensorType.F8E5M2;

    /// <summary>Reads one float. Only a 64-bit one can lose bits.</summary>
    /// <param name="type">A type of floats.</param>
    /// <param name="bytes">The element's bytes, and any that follow.</param>
    public static float ToFloat(SafeTensorType type, ReadOnlySpan<byte> bytes) => type switch
    {
        SafeTensorType.F32 => MemoryMarshal.Read<float>(bytes),
        SafeTensorType.F16 => (float)MemoryMarshal.Read<Half>(bytes),
        SafeTensorType.BF16 => BitConverter.UInt32BitsToSingle((uint)MemoryMarshal.Read<ushort>(bytes) << 16),
        SafeTensorType.F64 => (float)MemoryMarshal.Read<double>(bytes),
        SafeTensorType.F8E5M2 => (float)BitConverter.UInt16BitsToHalf((ushort)(bytes[0] << 8)),
        SafeTensorType.F8E4M3 => OfE4M3(bytes[0]),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    // The exponent's bias is 7, and the largest pattern is NaN.
    private static float OfE4M3(byte bits)
    {
        int exponent = (bits >> 3) & 15, fraction = bits & 7;
        float size = (exponent, fraction) switch
        {
            (15, 7) => float.NaN,
            (0, _) => MathF.ScaleB(fraction, -9),
            _ => MathF.ScaleB(8 + fraction, exponent - 10),
        };
        return bits < 0x80 ? size : -size;
    }
}
