using System.Globalization;
using System.Text;

namespace StreamPerceiver.Worker.Rig;

/// <summary>
/// Computes what the accelerometer at the motor feels, in g: weight along z, and the shaft's turns along x and y. An imbalance shakes x and y six to eleven
/// times as much. A slack belt jerks the motor along the belt, which is z here, two to five times in a second.
/// </summary>
internal static class RigAccelerometer
{
    /// <summary>Computes a reading as JSON.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="phase">What it does.</param>
    /// <param name="ms">The time.</param>
    public static byte[] Reading(RigMachine machine, RigPhase phase, long ms)
    {
        RigNoise noise = machine.Noise(RigChance.Accelerometer);
        double t = ms / 1000.0, turn = 2 * Math.PI * machine.ShaftHz * t;
        double shake = phase.Fault == RigFault.Imbalance ? 0.12 + (0.3 * phase.Severity) : 0.04;
        double jerk = phase.Fault == RigFault.BeltSlip ? 0.08 + (0.25 * phase.Severity) : 0.01;
        double belt = 2 * Math.PI * machine.BeltHz * t;
        double x = (shake * Math.Cos(turn)) + (machine.SensorNoise * noise.Normal(3 * ms));
        double y = (shake * Math.Sin(turn)) + (machine.SensorNoise * noise.Normal((3 * ms) + 1));
        double z = 1 + (jerk * Math.Sin(belt)) + (0.5 * jerk * Math.Sin(2.7 * belt)) + (machine.SensorNoise * noise.Normal((3 * ms) + 2));
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"x\":{x:F4},\"y\":{y:F4},\"z\":{z:F4}}}"));
    }
}
