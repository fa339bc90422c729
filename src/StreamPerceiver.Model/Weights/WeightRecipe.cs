namespace StreamPerceiver.Model;

/// <summary>
/// Untrained weights that anyone can make again: each element is a hash of its index and of its tensor's key. They carry no knowledge;
/// they serve tests, benchmarks and the start of a training.
/// </summary>
public static class WeightRecipe
{
    /// <summary>All tensors of a configuration, float32.</summary>
    /// <exception cref="ConfigException">The sizes clash.</exception>
    public static IReadOnlyList<SafeTensor> Make(PerceiverConfig config) =>
        [.. ParameterList.Of(config).Select(p => SafeTensor.FromFloats(p.Key, p.Shape, Fill(p)))];

    /// <summary>Number <paramref name="i"/> of the sequence with this seed, in [-1, 1).</summary>
    public static double Uniform(uint i, uint seed)
    {
        unchecked
        {
            uint x = i + (seed * 0x9E3779B9u);
            x ^= x >> 16;
            x *= 0x85EBCA6Bu;
            x ^= x >> 13;
            x *= 0xC2B2AE35u;
            x ^= x >> 16;
            return (x / 4294967296.0 * 2) - 1;
        }
    }

    /// <summary>The seed of a tensor: the sum of its key's ASCII codes, each times its place (from 1).</summary>
    public static uint Seed(string key)
    {
        uint seed = 0;
        for (int j = 0; j < key.Length; j++)
            seed = unchecked(seed + ((uint)(j + 1) * key[j]));
        return seed;
    }

    private static float[] Fill(Parameter parameter)
    {
        // Twice the inverse root of the fan-in keeps activations of order one through all layers; a norm's scale lies around one.
        double amplitude = parameter.Shape.Count >= 2 ? 2 / Math.Sqrt(parameter.Shape.Skip(1).Aggregate(1L, (a, b) => a * b)) : 0.25;
        double centre = parameter.Key.Contains("layernorm", StringComparison.Ordinal) && parameter.Key.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0;
        uint seed = Seed(parameter.Key);
        float[] values = new float[parameter.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)((amplitude * Uniform((uint)i, seed)) + centre);
        return values;
    }
}
