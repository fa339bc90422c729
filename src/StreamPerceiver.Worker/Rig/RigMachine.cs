namespace StreamPerceiver.Worker.Rig;

/// <summary>
/// A blower that a motor drives by a belt. Speed, light, loudness and the noise of its sensors are its own, and follow from its seed. Every 8 to 16 s it takes
/// another state. All states are of the same frequency.
/// </summary>
internal sealed class RigMachine
{
    private readonly List<RigPhase> _phases = [];
    private readonly RigNoise _chance;
    private readonly int _seed;
    private readonly double _brightness, _lightTurn;

    /// <summary>Makes a machine.</summary>
    /// <param name="name">Its name, the key of its records.</param>
    /// <param name="seed">From which all of it follows.</param>
    public RigMachine(string name, int seed)
    {
        (Name, _seed, _chance) = (name, seed, new RigNoise(seed, RigChance.Phases));
        var build = new RigNoise(seed, RigChance.Build);
        ShaftHz = build.Between(0, 8, 14);
        _brightness = build.Between(1, 0.6, 1.1);
        _lightTurn = build.Share(2);
        Loudness = build.Between(3, 0.6, 1.4);
        SensorNoise = build.Between(4, 0.01, 0.03);
        Hue = build.Share(5);
        BeltHz = build.Between(6, 2, 5);
        SurgeHz = build.Between(7, 25, 40);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Turns of the shaft in a second, 8 to 14.</summary>
    public double ShaftHz { get; }

    /// <summary>Jerks of a slack belt in a second, 2 to 5.</summary>
    public double BeltHz { get; }

    /// <summary>Surges of the air in a second where the outlet is blocked, 25 to 40.</summary>
    public double SurgeHz { get; }

    /// <summary>The gain of its microphone, 0.6 to 1.4.</summary>
    public double Loudness { get; }

    /// <summary>The deviation of the accelerometer's noise, 0.01 to 0.03 g.</summary>
    public double SensorNoise { get; }

    /// <summary>The colour of its paint, 0 to 1.</summary>
    public double Hue { get; }

    /// <summary>Makes the machines of a seed. Machines of other seeds are other machines.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="count">How many, at most 1,000.</param>
    public static RigMachine[] Make(int seed, int count)
        => [.. Enumerable.Range(0, count).Select(i => new RigMachine($"blower-{seed}-{i}", (seed * 1000) + i))];

    /// <summary>Makes the random numbers of a purpose.</summary>
    public RigNoise Noise(RigChance chance) => new(_seed, chance);

    /// <summary>Computes the light at a time, 0.5 to 1.2: it rises and falls by a tenth in 50 s.</summary>
    public double LightAt(long ms) => _brightness * (1 + (0.1 * Math.Sin(2 * Math.PI * ((ms / 50_000.0) + _lightTurn))));

    /// <summary>Finds what the machine does at a time, from 0.</summary>
    public RigPhase At(long ms)
    {
        while (_phases.Count == 0 || _phases[^1].ToMs <= ms) _phases.Add(Next());
        return _phases[_phases.FindLastIndex(p => p.FromMs <= ms)];
    }

    /// <summary>Finds what the machine does from one time to another, in order. Before time 0 it is not running: the first state is null.</summary>
    public IReadOnlyList<RigFault?> Between(long fromMs, long toMs)
    {
        List<RigFault?> states = fromMs < 0 ? [null] : [];
        for (long ms = Math.Max(0, fromMs); ms < toMs; ms = At(ms).ToMs)
            if (states.Count == 0 || states[^1] != At(ms).Fault)
                states.Add(At(ms).Fault);
        return states;
    }

    // A round of five has each state once, in an order of its own, so all states come as often.
    private RigPhase Next()
    {
        int number = _phases.Count, round = number / 5;
        RigFault[] faults = Enum.GetValues<RigFault>();
        new Random(unchecked(_seed * 31) + round).Shuffle(faults);
        long from = number == 0 ? 0 : _phases[^1].ToMs, length = (long)_chance.Between(2 * number, 8_000, 16_000);
        return new RigPhase(faults[number % 5], _chance.Between((2 * number) + 1, 0.4, 1), from, from + length);
    }
}
