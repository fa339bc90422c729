using System.Text.Json;
using OpenCvSharp;
using StreamPerceiver.Worker.Rig;

namespace StreamPerceiver.Worker.Tests;

/// <summary>Each fault of the rig changes the sensors that it should, clearly, and no other by a single byte.</summary>
public sealed class RigSensorTests
{
    private static readonly RigMachine[] Machines = RigMachine.Make(7, 6);

    [Theory]
    [InlineData(nameof(RigFault.Imbalance), "accelerometer")]
    [InlineData(nameof(RigFault.BearingWear), "microphone")]
    [InlineData(nameof(RigFault.BeltSlip), "camera accelerometer")]
    [InlineData(nameof(RigFault.Blockage), "camera microphone")]
    public void A_fault_changes_its_sensors_and_no_other(string fault, string sensors)
    {
        foreach (RigMachine machine in Machines)
        {
            foreach (double severity in new[] { 0.4, 1 })
            {
                (RigPhase healthy, RigPhase faulty) = (Phase(RigFault.Normal, severity), Phase(Enum.Parse<RigFault>(fault), severity));
                Dictionary<string, Func<RigPhase, byte[]>> measured = new()
                {
                    ["camera"] = p => [.. RigCamera.Frame(machine, p, 5000), .. RigCamera.Frame(machine, p, 5130)], // one may be damaged
                    ["microphone"] = p => RigMicrophone.Sound(machine, p, 5000, 125),
                    ["accelerometer"] = p => RigAccelerometer.Reading(machine, p, 5010),
                };
                measured.Where(m => !m.Value(healthy).AsSpan().SequenceEqual(m.Value(faulty))).Select(m => m.Key)
                    .ShouldBe(sensors.Split(' '), machine.Name);
            }
        }
    }

    [Fact]
    public void An_imbalance_shakes_across_the_shaft_and_a_slack_belt_jerks_along_the_belt()
    {
        foreach (RigMachine machine in Machines)
        {
            (double X, double Z) healthy = Deviations(machine, RigFault.Normal), shaken = Deviations(machine, RigFault.Imbalance),
                jerked = Deviations(machine, RigFault.BeltSlip);
            shaken.X.ShouldBeGreaterThan(3 * healthy.X, machine.Name);
            shaken.Z.ShouldBe(healthy.Z, 1e-3);
            jerked.Z.ShouldBeGreaterThan(3 * healthy.Z, machine.Name);
            jerked.X.ShouldBe(healthy.X, 1e-3);
        }
    }

    [Fact]
    public void A_worn_bearing_rings_and_a_blocked_outlet_surges()
    {
        foreach (RigMachine machine in Machines)
        {
            (double Low, double Ring) healthy = Bands(machine, RigFault.Normal), worn = Bands(machine, RigFault.BearingWear),
                blocked = Bands(machine, RigFault.Blockage);
            worn.Ring.ShouldBeGreaterThan(1.5 * healthy.Ring, machine.Name);
            worn.Low.ShouldBeLessThan(2 * healthy.Low, machine.Name);
            blocked.Low.ShouldBeGreaterThan(10 * healthy.Low, machine.Name);
            blocked.Ring.ShouldBeLessThan(healthy.Ring, machine.Name); // the rush of air falls
        }
    }

    [Fact]
    public void A_slack_belt_and_hanging_streamers_are_seen_where_they_are()
    {
        foreach (RigMachine machine in Machines)
        {
            (double Belt, double Streamers) slack = Differences(machine, RigFault.BeltSlip), blocked = Differences(machine, RigFault.Blockage);
            slack.Belt.ShouldBeGreaterThan(3, machine.Name);
            slack.Streamers.ShouldBeLessThan(1, machine.Name);
            blocked.Belt.ShouldBeLessThan(1, machine.Name);
            blocked.Streamers.ShouldBeGreaterThan(3, machine.Name);
        }
    }

    [Fact]
    public void A_frame_of_about_120_is_damaged()
        => Enumerable.Range(0, 2400).Count(i => RigCamera.Frame(Machines[0], Phase(RigFault.Normal, 0.4), 125 * i).Length < 100).ShouldBeInRange(10, 30);

    private static RigPhase Phase(RigFault fault, double severity) => new(fault, severity, 0, 60_000);

    // Of x and z, over 4 s.
    private static (double X, double Z) Deviations(RigMachine machine, RigFault fault)
    {
        JsonElement[] readings =
        [
            .. Enumerable.Range(0, 400).Select(i => JsonElement.Parse(RigAccelerometer.Reading(machine, Phase(fault, 0.4), 10 * i))),
        ];
        return (Deviation([.. readings.Select(r => r.GetProperty("x").GetDouble())]), Deviation([.. readings.Select(r => r.GetProperty("z").GetDouble())]));
    }

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }

    // The power of a second of sound from 20 to 45 Hz, and from 3.1 to 3.3 kHz.
    private static (double Low, double Ring) Bands(RigMachine machine, RigFault fault)
    {
        byte[] pcm = RigMicrophone.Sound(machine, Phase(fault, 0.4), 3000, 1000);
        double[] samples = [.. Enumerable.Range(0, RigMicrophone.Rate).Select(i => BitConverter.ToInt16(pcm, 2 * i) / 32768.0)];
        return (Enumerable.Range(20, 26).Sum(Power), Enumerable.Range(3100, 201).Sum(Power));

        double Power(int hz)
        {
            (double re, double im) = (0, 0);
            for (int i = 0; i < samples.Length; i++)
            {
                (double sin, double cos) = Math.SinCos(2 * Math.PI * hz * i / samples.Length);
                (re, im) = (re + (samples[i] * cos), im + (samples[i] * sin));
            }

            return (re * re) + (im * im);
        }
    }

    // The mean difference from a healthy machine's picture between motor and blower, and at the outlet.
    private static (double Belt, double Streamers) Differences(RigMachine machine, RigFault fault)
    {
        using Mat healthy = Cv2.ImDecode(RigCamera.Frame(machine, Phase(RigFault.Normal, 0.4), 4000), ImreadModes.Color);
        using Mat faulty = Cv2.ImDecode(RigCamera.Frame(machine, Phase(fault, 0.4), 4000), ImreadModes.Color);
        using Mat difference = new();
        Cv2.Absdiff(healthy, faulty, difference);
        return (Mean(new Rect(30, 30, 18, 24)), Mean(new Rect(70, 8, 26, 40)));

        double Mean(Rect region)
        {
            using Mat part = new(difference, region);
            Scalar mean = Cv2.Mean(part);
            return (mean.Val0 + mean.Val1 + mean.Val2) / 3;
        }
    }
}
