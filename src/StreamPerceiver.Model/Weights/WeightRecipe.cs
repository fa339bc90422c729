namespace StreamPerceiver.Model;

/// <summary>
/// Makes reproducible, untrained weights for tests, benchmarks and the start of a training: each element is a hash of its index and of the tensor's key.
/// </summary>
public static class WeightRecipe
{
    /// <summary>Makes all tensors of a configuration, in float32 except for counters.</summary>
    /// <param name="config">Sizes.</param>
    /// <param name="peaked">
    /// Whether attention is peaked (default: no). With the plain recipe, deep models attend almost evenly, and their outputs hardly depend on the inputs.
    /// The peaked recipe makes latents, queries and keys larger, and the output of each self-attention smaller.
    /// </param>
    /// <exception cref="ConfigException">The sizes clash.</exception>
    public static IReadOnlyList<SafeTensor> Make(PerceiverConfig config, bool peaked = false) =>
        [.. ParameterList.For(config).AsParallel().AsOrdered().Select(p => Make(p, peaked))];

    /// <summary>Computes number <paramref name="i"/> of the sequence with this seed, in [-1, 1).</summary>
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

    /// <summary>Computes the seed of a tensor: the sum of its key's ASCII codes, each times its place (from 1).</summary>
    public static uint Seed(string key)
    {
        uint seed = 0;
        for (int j = 0; j < key.Length; j++)
            seed = unchecked(seed + ((uint)(j + 1) * key[j]));
        return seed;
    }

    private static SafeTensor Make(Parameter p, bool peaked) => p.Role == ParameterRole.Counter
        ? new(p.Key, SafeTensorType.I64, p.Shape, new byte[sizeof(long)])
        : SafeTensor.FromFloats(p.Key, p.Shape, Fill(p, peaked));

    private static float[] Fill(Parameter parameter, bool peaked)
    {
        double amplitude = peaked && Ends(parameter.Key, "embeddings.latents") ? 1 : Amplitude(parameter) * (peaked ? Peak(parameter.Key) : 1);
        double centre = IsScale(parameter.Key) ? 1 : 0;
        uint seed = Seed(parameter.Key);
        float[] values = new float[parameter.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)((amplitude * Uniform((uint)i, seed)) + centre);
        return values;
    }

    // This amplitude, twice the inverse root of the fan-in, keeps activations near one in all layers.
    private static double Amplitude(Parameter parameter) => parameter.Shape.Count >= 2 ? 2 / Math.Sqrt(FanIn(parameter)) : 0.25;

    private static double Peak(string key) => key switch
    {
        _ when Ends(key, "self.query.weight") || Ends(key, "self.key.weight") => 2,
        _ when key.Contains(".self_attends.", StringComparison.Ordinal) && Ends(key, "output.dense.weight") => 0.25,
        _ => 1,
    };

    // Scales of norms and variances are near one.
    private static bool IsScale(string key) =>
        (key.Contains("layernorm", StringComparison.Ordinal) && Ends(key, "weight")) || Ends(key, "batchnorm.weight") || Ends(key, "running_var");

    private static bool Ends(string key, string end) => key.EndsWith(end, StringComparison.Ordinal);

    private static long FanIn(Parameter parameter) => parameter.Shape.Skip(1).Aggregate(1L, (a, b) => a * b);
}
