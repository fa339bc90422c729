using System.Text;
using OpenCvSharp;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Worker.Bench;

/// <summary>A record that a simulated device sends.</summary>
/// <param name="Input">camera, microphone or accelerometer.</param>
/// <param name="Machine">The machine, which is the key.</param>
/// <param name="Time">When it was taken.</param>
/// <param name="ContentType">The content type of the payload.</param>
/// <param name="Payload">The payload.</param>
internal sealed record SimulatedRecord(string Input, string Machine, EventTime Time, string ContentType, byte[] Payload);

/// <summary>
/// A machine with a turning arm. It has a camera (JPEG, 8 a second), a microphone (16 kHz PCM, 4 chunks a second) and an accelerometer (JSON, 100 a
/// second). Its records depend only on its seed and on time, so every run sends the same bytes. Every 15 s a camera frame is damaged.
/// </summary>
internal sealed class SimulatedMachine(string name, int seed)
{
    private const int FramePeriodMs = 125;
    private const int ChunkPeriodMs = 250;
    private const int ReadingPeriodMs = 10;
    private const int DamagedEveryMs = 15_000;
    private const int SampleRate = 16_000;
    private const int Width = 160;
    private const int Height = 120;

    // Turns a second in each mode; the machine changes its mode every 7 s.
    private static readonly double[] Modes = [0, 0.5, 1.5, 3];

    /// <summary>Makes the records that the machine sends in one millisecond.</summary>
    /// <param name="start">Event time of millisecond 0.</param>
    /// <param name="ms">The millisecond.</param>
    public IEnumerable<SimulatedRecord> At(EventTime start, long ms)
    {
        EventTime time = start + ms * EventTime.PerMillisecond;
        if (ms % FramePeriodMs == 0) yield return new SimulatedRecord("camera", name, time, "image/jpeg", Frame(ms));
        if (ms % ChunkPeriodMs == 0)
            yield return new SimulatedRecord("microphone", name, time, $"audio/pcm;rate={SampleRate};channels=1;format=s16le", Sound(ms));
        if (ms % ReadingPeriodMs == 0) yield return new SimulatedRecord("accelerometer", name, time, "application/json", Reading(ms));
    }

    private double TurnsPerSecond(long ms) => Modes[(int)((ms / 7_000 + seed) % Modes.Length)];

    private byte[] Frame(long ms)
    {
        using var image = new Mat(Height, Width, MatType.CV_8UC3, new Scalar(40, 40 + 30 * seed, 60));
        double angle = 2 * Math.PI * TurnsPerSecond(ms) * ms / 1000;
        var centre = new Point(Width / 2, Height / 2);
        var tip = new Point(centre.X + (int)(45 * Math.Cos(angle)), centre.Y + (int)(45 * Math.Sin(angle)));
        Cv2.Line(image, centre, tip, new Scalar(200, 200, 220), 6);
        Cv2.Circle(image, tip, 9, new Scalar(30, 60, 230), -1);
        Cv2.ImEncode(".jpg", image, out byte[] jpeg);
        bool damaged = ms % DamagedEveryMs == DamagedEveryMs - FramePeriodMs;
        return damaged ? jpeg[..32] : jpeg;
    }

    private byte[] Sound(long ms)
    {
        int count = SampleRate * ChunkPeriodMs / 1000;
        var pcm = new byte[count * 2];
        double pitch = 80 + 120 * TurnsPerSecond(ms);
        for (int i = 0; i < count; i++)
        {
            double t = ms / 1000.0 + (double)i / SampleRate;
            double value = 0.3 * Math.Sin(2 * Math.PI * pitch * t) + 0.1 * Noise(ms * count + i);
            BitConverter.TryWriteBytes(pcm.AsSpan(i * 2), (short)(value * short.MaxValue));
        }

        return pcm;
    }

    private byte[] Reading(long ms)
    {
        double turns = TurnsPerSecond(ms), angle = 2 * Math.PI * turns * ms / 1000;
        double x = 0.2 * turns * Math.Cos(angle) + 0.02 * Noise(3 * ms);
        double y = 0.2 * turns * Math.Sin(angle) + 0.02 * Noise(3 * ms + 1);
        double z = 1 + 0.02 * Noise(3 * ms + 2);
        return Encoding.UTF8.GetBytes($"{{\"x\":{x:F4},\"y\":{y:F4},\"z\":{z:F4}}}");
    }

    /// <summary>Computes noise from -1 to 1: a hash of the seed and the index.</summary>
    private double Noise(long index)
    {
        ulong x = unchecked((ulong)index * 0x9E3779B97F4A7C15 + (ulong)seed * 0xD1B54A32D192ED03);
        x = unchecked((x ^ (x >> 32)) * 0xD6E8FEB86659FD93);
        return (x >> 11) * (2.0 / (1L << 53)) - 1;
    }
}
