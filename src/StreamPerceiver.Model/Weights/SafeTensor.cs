using System.Runtime.InteropServices;

namespace StreamPerceiver.Model;

/// <summary>Element type of a stored tensor, by its name in a safetensors file.</summary>
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
}

/// <summary>One named tensor as a file holds it: little-endian, row-major, contiguous.</summary>
/// <param name="Name">The full key, such as "perceiver.embeddings.latents".</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes, slowest axis first; empty for a scalar.</param>
/// <param name="Bytes">The elements.</param>
public sealed record SafeTensor(string Name, SafeTensorType Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Makes a float32 tensor from values in row-major order.</summary>
    public static SafeTensor FromFloats(string name, IReadOnlyList<long> shape, ReadOnlySpan<float> values) =>
        new(name, SafeTensorType.F32, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Converts the elements to float32. The 16-bit types convert without loss.</summary>
    /// <exception cref="CheckpointException">The elements are integers.</exception>
    public float[] ToFloats()
    {
        ReadOnlySpan<byte> bytes = Bytes.Span;
        float[] values = new float[bytes.Length / SizeOf(Type)];
        switch (Type)
        {
            case SafeTensorType.F32:
                bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
                break;
            case SafeTensorType.F16:
                for (int i = 0; i < values.Length; i++)
                    values[i] = (float)MemoryMarshal.Read<Half>(bytes[(2 * i)..]);
                break;
            case SafeTensorType.BF16:
                for (int i = 0; i < values.Length; i++)
                    values[i] = BitConverter.UInt32BitsToSingle((uint)MemoryMarshal.Read<ushort>(bytes[(2 * i)..]) << 16);
                break;
            default:
                throw new CheckpointException(Name, $"holds {Type}: a weight must be F32, F16 or BF16");
        }

        return values;
    }

    internal static int SizeOf(SafeTensorType type) => type switch
    {
        SafeTensorType.F32 => 4,
        SafeTensorType.F16 or SafeTensorType.BF16 => 2,
        _ => 8,
    };
}
