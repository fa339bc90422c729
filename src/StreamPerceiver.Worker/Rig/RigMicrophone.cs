namespace StreamPerceiver.Worker.Rig;

/// <summary>
/// Computes the samples of the microphone, as 16-bit PCM: the hum of twelve blades, and the rush of air. A worn bearing rings at 3.2 kHz, 3.6 times in a turn.
/// Each ring fades in some milliseconds. A blocked outlet takes some of the rush away, and the air surges at 25 to 40 Hz.
/// </summary>
internal static class RigMicrophone
{
    /// <summary>Samples in a second.</summary>
    public const int Rate = 8000;

    private const double RingHz = 3200, BallsPerTurn = 3.6, RingDecay = 200, Rush = 0.12; // decay in 1/s

    /// <summary>Computes the samples of a time.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="phase">What it does.</param>
    /// <param name="ms">The time of the first sample.</param>
    /// <param name="lengthMs">How long.</param>
    public static byte[] Sound(RigMachine machine, RigPhase phase, long ms, int lengthMs)
    {
        RigNoise noise = machine.Noise(RigChance.Microphone);
        int count = Rate * lengthMs / 1000;
        var pcm = new byte[count * sizeof(short)];
        bool isBlocked = phase.Fault == RigFault.Blockage;
        double rush = isBlocked ? Rush * (1.2 - phase.Severity) : Rush, surge = isBlocked ? 0.25 * phase.Severity : 0;
        double ring = phase.Fault == RigFault.BearingWear ? 0.6 * phase.Severity : 0;
        for (int i = 0; i < count; i++)
        {
            long index = (ms * Rate / 1000) + i;
            double t = (double)index / Rate, turns = machine.ShaftHz * t;
            double value = (0.1 * Math.Sin(2 * Math.PI * turns * 12)) + (0.06 * Math.Sin(2 * Math.PI * turns * 24)) + (rush * noise.Normal(index));
            value += surge * Math.Sin(2 * Math.PI * machine.SurgeHz * t) * (1 + (0.5 * Math.Sin(2 * Math.PI * 1.3 * t)));
            double sinceBall = (turns * BallsPerTurn % 1) / (machine.ShaftHz * BallsPerTurn); // seconds
            value += ring * Math.Exp(-RingDecay * sinceBall) * Math.Sin(2 * Math.PI * RingHz * sinceBall);
            short sample = (short)Math.Clamp(value * machine.Loudness * short.MaxValue, short.MinValue, short.MaxValue);
            BitConverter.TryWriteBytes(pcm.AsSpan(i * sizeof(short)), sample);
        }

        return pcm;
    }
}
