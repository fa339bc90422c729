namespace StreamPerceiver.Worker.Rig;

/// <summary>Noise that follows from a seed and an index, so that a record does not depend on those before it.</summary>
internal static class RigNoise
{
    /// <summary>Computes a number from 0 to 1.</summary>
    public static double Share(int seed, long index)
    {
        unchecked
        {
            ulong x = ((ulong)index * 0x9E3779B97F4A7C15) + ((ulong)seed * 0xD1B54A32D192ED03);
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return ((x ^ (x >> 31)) >> 11) / (double)(1L << 53);
        }
    }

    /// <summary>Computes a number between two others.</summary>
    public static double Between(int seed, long index, double least, double most) => least + ((most - least) * Share(seed, index));

    /// <summary>Computes a number of mean 0 and deviation 1, nearly normal: the sum of four.</summary>
    public static double Normal(int seed, long index)
        => (Share(seed, 4 * index) + Share(seed, (4 * index) + 1) + Share(seed, (4 * index) + 2) + Share(seed, (4 * index) + 3) - 2) * Math.Sqrt(3);
}
