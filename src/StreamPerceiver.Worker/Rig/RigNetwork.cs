using StreamPerceiver.Flow;

namespace StreamPerceiver.Worker.Rig;

/// <summary>
/// The way of a sensor's records. It loses one of a hundred, and all of them for 3 to 6 s once in 4 minutes. It delivers a record up to 150 ms late, and one
/// of two hundred up to 2 s late, so that later records come before it.
/// </summary>
/// <param name="machine">The machine.</param>
/// <param name="chance">The random numbers of this way.</param>
internal sealed class RigNetwork(RigMachine machine, RigChance chance)
{
    private const long RoundMs = 240_000;

    private readonly RigNoise _chance = machine.Noise(chance);

    /// <summary>Tells whether the record of a time is lost.</summary>
    public bool Loses(long ms)
    {
        long round = ms / RoundMs, from = (round * RoundMs) + (long)_chance.Between((-4 * round) - 1, 5_000, RoundMs - 10_000);
        return _chance.Share(4 * ms) < 0.01 || (ms >= from && ms < from + (long)_chance.Between((-4 * round) - 2, 3_000, 6_000));
    }

    /// <summary>Computes how late a record arrives, in nanoseconds.</summary>
    public long DelayNs(long ms)
    {
        double mostMs = _chance.Share((4 * ms) + 1) < 0.005 ? 2000 : 150;
        return (long)(_chance.Share((4 * ms) + 2) * mostMs * EventTime.PerMillisecond);
    }
}
