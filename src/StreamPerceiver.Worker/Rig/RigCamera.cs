using System.Runtime.InteropServices;
using OpenCvSharp;

namespace StreamPerceiver.Worker.Rig;

/// <summary>
/// Draws what the camera sees: a motor and a blower with a belt between them, and streamers at the outlet. A slack belt hangs, by up to an eighth of the
/// picture. Streamers fly level in the air's stream, and hang where the outlet is blocked. One frame of 120 is cut off in its header.
/// </summary>
internal static class RigCamera
{
    private const int Width = 96, Height = 72, BytesOfDamaged = 32;

    /// <summary>Draws a frame as JPEG.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="phase">What it does.</param>
    /// <param name="ms">The time.</param>
    public static byte[] Frame(RigMachine machine, RigPhase phase, long ms)
    {
        double light = machine.LightAt(ms);
        using var image = new Mat(Height, Width, MatType.CV_8UC3, Lit(light, 50, 55, 60));
        double turn = 2 * Math.PI * machine.ShaftHz * ms / 1000;
        Point motor = new(22, 44), blower = new(58, 44);
        Scalar paint = Lit(light, 60 + (80 * machine.Hue), 110, 140 - (80 * machine.Hue));
        Cv2.Rectangle(image, new Rect(10, 54, 60, 10), paint, -1);
        foreach ((Point centre, int radius) in new[] { (motor, 7), (blower, 11) })
        {
            Cv2.Circle(image, centre, radius, paint, -1);
            Cv2.Line(image, centre, On(centre, radius, turn), Lit(light, 230, 230, 230), 2);
        }

        double slack = phase.Fault == RigFault.BeltSlip ? 3 + (6 * phase.Severity) : 0; // pixels
        double flutter = slack * 0.25 * Math.Sin(2 * Math.PI * 2.3 * ms / 1000);
        Belt(image, new Point(motor.X, motor.Y - 7), new Point(blower.X, blower.Y - 11), slack + flutter, light);
        Belt(image, new Point(motor.X, motor.Y + 7), new Point(blower.X, blower.Y + 11), (slack + flutter) * 0.5, light);
        double hang = phase.Fault == RigFault.Blockage ? 0.6 + (0.8 * phase.Severity) : 0.1; // radians below level
        for (int streamer = 0; streamer < 3; streamer++)
        {
            double angle = hang + (0.1 * Math.Sin((2 * Math.PI * 3.1 * ms / 1000) + streamer));
            var root = new Point(70, 14 + (7 * streamer));
            Cv2.Line(image, root, On(root, 18, angle), Lit(light, 40, 160, 230), 2);
        }

        RigNoise noise = machine.Noise(RigChance.Camera);
        using Mat grain = Grain(noise, ms);
        Cv2.Add(image, grain, image);
        Cv2.ImEncode(".jpg", image, out byte[] jpeg, new ImageEncodingParam(ImwriteFlags.JpegQuality, 85));
        return noise.Share(-1 - ms) < 1 / 120.0 ? jpeg[..BytesOfDamaged] : jpeg;
    }

    private static void Belt(Mat image, Point from, Point to, double sag, double light)
    {
        const int Parts = 12;
        Point[] line =
        [
            .. Enumerable.Range(0, Parts + 1).Select(i => (double)i / Parts).Select(s => new Point(
                from.X + ((to.X - from.X) * s), from.Y + ((to.Y - from.Y) * s) + (sag * 4 * s * (1 - s)))), // a parabola
        ];
        Cv2.Polylines(image, [line], isClosed: false, Lit(light, 25, 25, 30), 2);
    }

    // Up to 15 of 255 for each colour of each pixel.
    private static Mat Grain(RigNoise noise, long ms)
    {
        var bytes = new byte[Width * Height * 3];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)(noise.Share((ms * bytes.Length) + i) * 16);
        var grain = new Mat(Height, Width, MatType.CV_8UC3);
        Marshal.Copy(bytes, 0, grain.Data, bytes.Length);
        return grain;
    }

    private static Point On(Point centre, double radius, double angle) => new(centre.X + (radius * Math.Cos(angle)), centre.Y + (radius * Math.Sin(angle)));

    private static Scalar Lit(double light, double blue, double green, double red) => new(blue * light, green * light, red * light);
}
