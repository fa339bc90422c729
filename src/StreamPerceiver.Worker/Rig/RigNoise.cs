namespace StreamPerceiver.Worker.Rig;

/// <summary>What a sequence of random numbers of a machine is for.</summary>
internal enum RigChance
{
    /// <summary>Its speed, light and the like.</summary>
    Build,

    /// <summary>Its states.</summary>
    Phases,

    /// <summary>What its camera measures.</summary>
    Camera,

    /// <summary>What its microphone measures.</summary>
    Microphone,

    /// <summary>What its accelerometer measures.</summary>
    Accelerometer,

    /// <summary>What becomes of the camera's records on their way.</summary>
    CameraNetwork,

    /// <summary>What becomes of the microphone's records on their way.</summary>
    MicrophoneNetwork,

    /// <summary>What becomes of the accelerometer's records on their way.</summary>
    AccelerometerNetwork,
}

/// <summary>Random numbers that follow from a seed, a purpose and an index, so that a record does not depend on those before it.</summary>
/// <param name="seed">The machine's seed.</param>
/// <param name="chance">The purpose.</param>
internal readonly struct RigNoise(int seed, RigChance chance)
{
    private readonly ulong _key = Mix(unchecked(((ulong)seed * 0xD1B54A32D192ED03) + (ulong)chance + 1));

    /// <summary>Computes a number from 0 to 1.</summary>
    public double Share(long index) => (Mix(unchecked(_key + ((ulong)index * 0x9E3779B97F4A7C15))) >> 11) / (double)(1L << 53);

    /// <summary>Computes a number between two others.</summary>
    public double Between(long index, double least, double most) => least + ((most - least) * Share(index));

    /// <summary>Computes a number of mean 0 and deviation 1, nearly normal: the sum of four.</summary>
    public double Normal(long index)
        => (Share(4 * index) + Share((4 * index) + 1) + Share((4 * index) + 2) + Share((4 * index) + 3) - 2) * Math.Sqrt(3);

    // The finalizer of SplitMix64.
    private static ulong Mix(ulong x)
    {
        unchecked
        {
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }
}
