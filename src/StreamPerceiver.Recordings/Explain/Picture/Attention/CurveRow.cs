namespace StreamPerceiver.Recordings.Explain.Picture.Attention;

/// <summary>Draws sound or a series over the window in grey, and the attention to it as a filled curve.</summary>
/// <param name="left">The left end of the plot.</param>
/// <param name="width">The width of the plot.</param>
internal sealed class CurveRow(double left, double width)
{
    /// <summary>The height of a row.</summary>
    public const double Height = 74;

    // Points of a line; more would not be seen.
    private const int MostPoints = 480;

    /// <summary>Draws the curve of attention, and the lines of the data over it. Masked tokens are hatched.</summary>
    public IEnumerable<Shape> Draw(CurveContent content, InputAttention input, double top)
    {
        double bottom = top + Height;
        yield return new Line("grid", [(left, bottom), (left + width, bottom)], Marks.Grid, 1);
        foreach (Shape masked in Masked(content.Mask, left, width, top, Height)) yield return masked;
        var heat = new Heat(input);
        (double X, double Y)[] curve = [.. Steps([.. input.Tokens.Select(share => heat.Of(share))], top)];
        yield return new Polygon("attention area", [(left, bottom), .. curve, (left + width, bottom)], Heat.Light, null);
        foreach (float[] line in content.Lines) foreach (Shape shape in Data(line, top)) yield return shape;
        yield return new Line("attention curve", curve, Heat.Full, 2);
    }

    /// <summary>Hatches the runs of masked tokens.</summary>
    public static IEnumerable<Shape> Masked(IReadOnlyList<byte> mask, double left, double width, double top, double height)
    {
        for (int i = 0, next; i < mask.Count; i = next)
        {
            next = i + 1;
            while (next < mask.Count && mask[next] == mask[i]) next++;
            if (mask[i] == 0)
                yield return Polygon.Box(
                    "attention masked", left + (width * i / mask.Count), top, width * (next - i) / mask.Count, height, null, Marks.Faint, isHatched: true);
        }
    }

    // Each token is a step as wide as its time; of many tokens, the mean of those that share a point.
    private IEnumerable<(double X, double Y)> Steps(double[] heats, double top)
    {
        int points = Math.Min(MostPoints, heats.Length);
        for (int i = 0; i < points; i++)
        {
            int from = (int)((long)i * heats.Length / points), to = (int)((i + 1L) * heats.Length / points);
            double y = top + Height - ((Height - 4) * heats[from..to].Average());
            yield return (left + (width * i / points), y);
            yield return (left + (width * (i + 1) / points), y);
        }
    }

    // The least and the greatest number of each point, between the least and the greatest of the line.
    private IEnumerable<Shape> Data(float[] numbers, double top)
    {
        float least = numbers.Min(), range = Math.Max(numbers.Max() - least, float.Epsilon);
        int points = Math.Min(MostPoints, numbers.Length);
        List<(double X, double Y)> line = [];
        for (int i = 0; i < points; i++)
        {
            float[] some = numbers[(int)((long)i * numbers.Length / points)..(int)((i + 1L) * numbers.Length / points)];
            double x = left + (width * (i + 0.5) / points);
            line.Add((x, Y(some.Max())));
            if (some.Length > 1) line.Add((x, Y(some.Min())));
        }

        yield return new Line("attention data", line, Marks.Faint, 0.8);

        double Y(float number) => top + 6 + ((Height - 12) * (1 - ((number - least) / range)));
    }
}
