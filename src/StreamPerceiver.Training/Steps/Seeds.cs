namespace StreamPerceiver.Training;

/// <summary>Random numbers that follow from a seed and a place, so that no state of them must be stored.</summary>
internal static class Seeds
{
    /// <summary>Makes the random numbers of a place.</summary>
    public static Random Make(int seed, long first, long second)
    {
        ulong x = Mix(Mix(Mix((ulong)(uint)seed) ^ (ulong)first) ^ (ulong)second);
        return new Random((int)(x >> 33));
    }

    // The finalizer of SplitMix64.
    private static ulong Mix(ulong x)
    {
        unchecked
        {
            x += 0x9E3779B97F4A7C15;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }
}
