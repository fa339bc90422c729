using StreamPerceiver.Flow;

namespace StreamPerceiver.Recordings.Explain.Picture;

/// <summary>
/// Draws in which order the records were read, from top to bottom, by their event times. The watermarks go right as they move. A window closes where the last
/// one crosses its end.
/// </summary>
/// <param name="window">The window.</param>
/// <param name="scale">The axis of event time.</param>
/// <param name="left">The left end of the plot.</param>
/// <param name="width">The width of the plot.</param>
/// <param name="top">The upper end of the plot.</param>
internal sealed class ArrivalPanel(WindowExplanation window, TimeScale scale, double left, double width, double top)
{
    /// <summary>The height of the plot.</summary>
    public const double Height = 260;

    // Room for a label beside the plot.
    private const double LabelHeight = 17;

    private readonly long[] _orders =
    [
        .. window.Inputs.SelectMany(i => i.Samples).Where(s => scale.Has(s.Time) || scale.Has(s.Time + s.DurationNs)).Select(s => s.Record.Order)
            .Append(window.Closing.Order).Distinct().Order(),
    ];

    /// <summary>Draws the arrivals, the watermarks and the axes of the panel.</summary>
    public IEnumerable<Shape> Draw()
    {
        yield return Polygon.Box("panel", left, top, width, Height, null, Marks.Grid);
        foreach (Shape label in Labels()) yield return label;
        for (int i = 0; i < window.Inputs.Count; i++)
        {
            int input = i;
            if (Watermark(point => point.Passed[input]) is { Count: > 1 } line)
                yield return new Line($"watermark input-{i}", line, Marks.ColourOf(i), 1.5, IsDashed: true) { Title = $"watermark of {window.Inputs[i].Name}" };
        }

        foreach (Shape mark in Samples()) yield return mark;
        if (Watermark(point => point.Passed.Any(p => p is null) ? null : point.Passed.Min()) is { Count: > 1 } least)
            yield return new Line("watermark window", least, Marks.Ink, 2.5) { Title = "the least of all watermarks: the window waits for it" };
        double closes = Y(window.Closing.Order);
        yield return new Line("closing", [(left, closes), (left + width, closes)], Marks.Ink, 1, IsDashed: true);
        yield return Marks.Ring("closing", scale.X(window.End), closes);
    }

    private IEnumerable<Shape> Samples()
    {
        for (int i = 0; i < window.Inputs.Count; i++)
        {
            foreach (ExplainedSample sample in window.Inputs[i].Samples.OrderBy(s => s.State is SampleState.Late or SampleState.Rejected))
            {
                if (!scale.Has(sample.Time) && !scale.Has(sample.Time + sample.DurationNs)) continue;
                (double x, double y) = (scale.X(sample.Time), Y(sample.Record.Order));
                Polygon mark = sample.DurationNs > 1 && sample.State != SampleState.Late
                    ? Marks.Span(sample.State, i, x, scale.X(sample.Time + sample.DurationNs), y, 4)
                    : Marks.At(sample.State, i, x, y, 2);
                yield return mark with { Class = $"arrival {mark.Class}", Title = InputRow.TitleOf(sample) };
            }
        }
    }

    private IEnumerable<Shape> Labels()
    {
        yield return new Label("panel", 14, top + 14, "order of arrival", 15, Marks.Ink, IsBold: true);
        double closes = Math.Clamp(Y(window.Closing.Order), top + 2 * LabelHeight, top + Height - 2 * LabelHeight);
        yield return Right(top + 2 * LabelHeight - 3, $"record {_orders[0]} first", closes);
        yield return new Label("closes", left - 8, closes + 12, "the window closes", 12, Marks.Ink, Anchor.End, IsBold: true);
        yield return new Label("closes", left - 8, closes + 12 + LabelHeight, $"at record {window.Closing.Order}", 12, Marks.Ink, Anchor.End);
        yield return Right(top + Height - 3, $"record {_orders[^1]} last", closes + LabelHeight + 12);

        // A label that would touch that of the closing is left out.
        Label Right(double y, string text, double other)
            => new("order", left - 8, y, Math.Abs(y - other) < LabelHeight ? "" : text, 12, Marks.Ink, Anchor.End);
    }

    // A watermark stays until the record that moves it.
    private List<(double X, double Y)> Watermark(Func<WatermarkPoint, EventTime?> of)
    {
        List<(double X, double Y)> line = [];
        foreach (WatermarkPoint point in window.Watermarks)
        {
            if (of(point) is not { } time) continue;
            if (point.Order > _orders[^1]) break;
            (double x, double y) = (scale.X(time), Y(point.Order));
            if (line.Count > 0) line.Add((line[^1].X, y));
            if (point.Order < _orders[0]) line.Clear();
            line.Add((x, y));
        }

        if (line.Count > 0) line.Add((line[^1].X, top + Height));
        return line;
    }

    private double Y(long order)
    {
        int at = Array.BinarySearch(_orders, order);
        int place = Math.Max(0, at < 0 ? ~at - 1 : at);
        return top + 4 + (Height - 8) * (_orders.Length == 1 ? 0.5 : (double)place / (_orders.Length - 1));
    }
}
