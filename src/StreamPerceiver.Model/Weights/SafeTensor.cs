using System.Runtime.InteropServices;

namespace StreamPerceiver.Model;

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

    /// <summary>Converts the elements to float32. Types of fewer bits convert without loss, and those of 64 bits are rounded to the nearest.</summary>
    /// <exception cref="CheckpointException">The elements are no floats, or one is beyond the range of float32.</exception>
    public float[] ToFloats()
    {
        if (!SafeTensorTypes.IsFloat(Type))
            throw new CheckpointException(Name, $"holds {SafeTensorTypes.NameOf(Type)}: a weight must be {SafeTensorTypes.Floats}");
        ReadOnlySpan<byte> bytes = Bytes.Span;
        int size = SizeOf(Type);
        float[] values = new float[bytes.Length / size];
        if (Type == SafeTensorType.F32)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = SafeTensorTypes.ToFloat(Type, bytes[(i * size)..]);
            if (Type == SafeTensorType.F64 && float.IsInfinity(values[i]) && double.IsFinite(MemoryMarshal.Read<double>(bytes[(i * size)..])))
                throw new CheckpointException(Name, $"element {i} is {MemoryMarshal.Read<double>(bytes[(i * size)..])}, which is beyond the range of float32");
        }

        return values;
    }

    internal static int SizeOf(SafeTensorType type) => SafeTensorTypes.SizeOf(type);
}
