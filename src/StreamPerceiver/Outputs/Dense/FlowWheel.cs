namespace StreamPerceiver.Outputs.Dense;

/// <summary>
/// Draws optical flow by the colour wheel of the Middlebury benchmark (Baker et al., IJCV 2011): the direction is the hue, the length the saturation. No
/// motion is white. It is what torchvision's <c>flow_to_image</c> draws.
/// </summary>
internal static class FlowWheel
{
    // Between six colours, as many hues as an eye can tell apart. In each part one colour rises or falls, and two stand still.
    private static readonly (int Hues, int Changing, bool Rises)[] Parts =
        [(15, 1, true), (6, 0, false), (4, 2, true), (11, 1, false), (13, 0, true), (6, 2, false)];

    private static readonly double[][] Hues = [.. MakeHues()];

    // A flow beyond the longest is drawn darker, as no saturation is left.
    private const double Beyond = 0.75;

    /// <summary>Finds the length of the longest vector of a field.</summary>
    /// <param name="flow"><c>(..., 2)</c>: the motion along x and along y.</param>
    public static double Longest(ReadOnlySpan<float> flow)
    {
        double longest = 0;
        for (int i = 0; i < flow.Length; i += 2) longest = Math.Max(longest, Length(flow[i], flow[i + 1]));
        return longest;
    }

    /// <summary>
    /// Draws a field. With m the length of a vector divided by <paramref name="maxFlow"/>, each colour of its hue, 0 to 1, becomes 1 - m (1 - colour). Where m
    /// is above 1 it becomes 0.75 of the hue's colour. The byte is the whole part of 255 times that.
    /// </summary>
    /// <param name="flow"><c>(..., 2)</c>: the motion along x (to the right) and along y (down).</param>
    /// <param name="maxFlow">The length that has the full colour; at 0 all of the picture is white.</param>
    /// <returns><c>(..., 3)</c>: red, green and blue.</returns>
    public static byte[] Draw(ReadOnlySpan<float> flow, double maxFlow)
    {
        var pixels = new byte[flow.Length / 2 * 3];
        for (int i = 0; i < flow.Length; i += 2) DrawPixel(flow[i], flow[i + 1], maxFlow, pixels.AsSpan(i / 2 * 3, 3));
        return pixels;
    }

    private static void DrawPixel(double x, double y, double maxFlow, Span<byte> pixel)
    {
        double length = Length(x, y), share = length == 0 ? 0 : maxFlow == 0 ? double.PositiveInfinity : length / maxFlow;

        // From -pi to pi becomes 0 to the last hue. A motion of -0 along y is that of 0.
        double place = (Math.Atan2(-(y + 0.0), -(x + 0.0)) / Math.PI + 1) / 2 * (Hues.Length - 1);
        int below = (int)place;
        double[] one = Hues[below], next = Hues[(below + 1) % Hues.Length];
        for (int c = 0; c < 3; c++)
        {
            double colour = one[c] + (place - below) * (next[c] - one[c]);
            pixel[c] = (byte)(255 * (share <= 1 ? 1 - share * (1 - colour) : Beyond * colour));
        }
    }

    private static double Length(double x, double y) => Math.Sqrt(x * x + y * y);

    private static IEnumerable<double[]> MakeHues()
    {
        double[] colour = [1, 0, 0];
        foreach ((int hues, int changing, bool rises) in Parts)
        {
            for (int i = 0; i < hues; i++)
            {
                int step = 255 * i / hues; // whole levels, as in the benchmark's own code
                double[] hue = [.. colour];
                hue[changing] = (rises ? step : 255 - step) / 255.0;
                yield return hue;
            }

            colour[changing] = rises ? 1 : 0;
        }
    }
}
