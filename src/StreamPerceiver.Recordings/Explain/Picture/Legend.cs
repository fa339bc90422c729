namespace StreamPerceiver.Recordings.Explain.Picture;

/// <summary>Draws what the marks and colours of a timeline mean.</summary>
internal static class Legend
{
    private const double Size = 12.5, Line = 24, Sample = 34, Gap = 22;

    /// <summary>Draws the legend of a window, in as many lines as it needs.</summary>
    /// <param name="window">The window.</param>
    /// <param name="left">The left end.</param>
    /// <param name="top">The first line.</param>
    /// <param name="right">The right end.</param>
    /// <param name="bottom">The last line.</param>
    public static IReadOnlyList<Shape> Draw(WindowExplanation window, double left, double top, double right, out double bottom)
    {
        List<Shape> shapes = [];
        double x = left, y = top;
        foreach ((string text, Func<double, double, Shape> mark) in Entries(window))
        {
            double width = Sample + Label.WidthOf(text, Size) + Gap;
            if (x + width > right && x > left) (x, y) = (left, y + Line);
            shapes.Add(mark(x + 13, y - 4) with { Class = "legend" });
            shapes.Add(new Label("legend", x + Sample, y, text, Size, Marks.Ink));
            x += width;
        }

        bottom = y;
        return shapes;
    }

    private static IEnumerable<(string Text, Func<double, double, Shape> Mark)> Entries(WindowExplanation window)
    {
        yield return ("used: fills a slot of the window", (x, y) => Marks.At(SampleState.Used, 0, x, y, 5));
        yield return ("unused: in the window, in no slot", (x, y) => Marks.At(SampleState.Unused, 0, x, y, 5));
        yield return ("late: its input had passed the window", (x, y) => Marks.At(SampleState.Late, 0, x, y, 5));
        yield return ("rejected: cannot be used", (x, y) => Marks.At(SampleState.Rejected, 0, x, y, 5));
        yield return ("of other windows", (x, y) => Marks.At(SampleState.Outside, 0, x, y, 5));
        if (window.Inputs.Any(i => i.Samples.Any(s => s.DurationNs > 1)))
            yield return ("a sample that lasts, such as sound", (x, y) => Marks.Span(SampleState.Used, 0, x - 12, x + 12, y, 12));
        yield return ("slot with data", (x, y) => Polygon.Box("legend", x - 12, y - 7, 24, 14, Marks.TintOf(0), Marks.ColourOf(0)));
        yield return ("slot without data: masked", (x, y) => Polygon.Box("legend", x - 12, y - 7, 24, 14, null, Marks.Faint, isHatched: true));
        yield return ("how far one input has come (its watermark)", (x, y) => new Line("legend", [(x - 12, y), (x + 12, y)], Marks.ColourOf(0), 1.5, true));
        yield return ("the window closes", (x, y) => Marks.Ring("legend", x, y));
        yield return ("how far all inputs have come: the window closes where this crosses its end", (x, y) => new Line(
            "legend", [(x - 12, y), (x + 12, y)], Marks.Ink, 2.5));
    }
}
