using StreamPerceiver.Flow;

namespace StreamPerceiver.Worker.Rig;

/// <summary>What a machine does for some time.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Severity">How much, 0 to 1; it does not matter where nothing is wrong.</param>
/// <param name="FromMs">First millisecond.</param>
/// <param name="ToMs">First millisecond after it.</param>
internal sealed record RigPhase(RigFault Fault, double Severity, long FromMs, long ToMs);

/// <summary>
/// A blower that a motor drives by a belt. Speed, light, loudness and the noise of its sensors are its own, and follow from its seed. Every 8 to 16 s it takes
/// another state, all of the same frequency.
/// </summary>
internal sealed class RigMachine
{
    private readonly List<RigPhase> _phases = [];
    private readonly int _seed;

    /// <summary>Makes a machine.</summary>
    /// <param name="name">Its name, the key of its records.</param>
    /// <param name="seed">From which all of it follows.</param>
    public RigMachine(string name, int seed)
    {
        (Name, _seed) = (name, seed);
        ShaftHz = RigNoise.Between(seed, -1, 8, 14);
        Brightness = RigNoise.Between(seed, -2, 0.6, 1.2);
        Loudness = RigNoise.Between(seed, -3, 0.6, 1.4);
        SensorNoise = RigNoise.Between(seed, -4, 0.01, 0.03);
        Hue = RigNoise.Share(seed, -5);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Turns of the shaft in a second, 8 to 14.</summary>
    public double ShaftHz { get; }

    /// <summary>The light, 0.6 to 1.2.</summary>
    public double Brightness { get; }

    /// <summary>The gain of its microphone, 0.6 to 1.4.</summary>
    public double Loudness { get; }

    /// <summary>The deviation of the accelerometer's noise, 0.01 to 0.03 g.</summary>
    public double SensorNoise { get; }

    /// <summary>The colour of its paint, 0 to 1.</summary>
    public double Hue { get; }

    /// <summary>Finds what the machine does at a time.</summary>
    public RigPhase At(long ms)
    {
        while (_phases.Count == 0 || _phases[^1].ToMs <= ms) _phases.Add(Next());
        return _phases[_phases.FindLastIndex(p => p.FromMs <= ms)];
    }

    /// <summary>Computes noise of mean 0 and deviation 1 for a sensor.</summary>
    public double Noise(int sensor, long index) => RigNoise.Normal(_seed + (1000 * (sensor + 1)), index);

    /// <summary>Whether the network loses a record: one of a hundred, and all of an input for 3 to 6 s once in a minute.</summary>
    public bool Loses(int sensor, long ms)
    {
        int seed = _seed + (100_000 * (sensor + 1));
        long minute = ms / 60_000, from = (minute * 60_000) + (long)RigNoise.Between(seed, (2 * minute) + 1, 5_000, 50_000);
        return RigNoise.Share(seed, -ms) < 0.01 || (ms >= from && ms < from + (long)RigNoise.Between(seed, (2 * minute) + 2, 3_000, 6_000));
    }

    /// <summary>Computes how late the network delivers a record: up to 150 ms, and up to 2 s for one of two hundred.</summary>
    public long DelayNs(int sensor, long ms)
    {
        int seed = _seed + (200_000 * (sensor + 1));
        double most = RigNoise.Share(seed, 2 * ms) < 0.005 ? 2000 : 150;
        return (long)(RigNoise.Share(seed, (2 * ms) + 1) * most * EventTime.PerMillisecond);
    }

    // All states come as often: a round of five has each of them once, in an order of its own.
    private RigPhase Next()
    {
        int number = _phases.Count, round = number / 5;
        RigFault[] faults = Enum.GetValues<RigFault>();
        new Random(unchecked(_seed * 31) + round).Shuffle(faults);
        long from = number == 0 ? 0 : _phases[^1].ToMs, length = (long)RigNoise.Between(_seed, 2_000_000 + number, 8_000, 16_000);
        return new RigPhase(faults[number % 5], RigNoise.Between(_seed, 1_000_000 + number, 0.4, 1), from, from + length);
    }
}
