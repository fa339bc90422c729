using System.Globalization;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings.Explain.Picture.Attention;

namespace StreamPerceiver.Recordings.Explain.Picture;

/// <summary>
/// Draws an explanation as a timeline of event time. Above: a line an input with its samples and the window's slots. Below: the order of arrival with the
/// watermarks. Then the late and rejected samples in words, and the legend.
/// </summary>
public static class TimelinePicture
{
    private const double Width = 1240, Left = 230, Right = 44, Plot = Width - Left - Right, Axis = 24, Line = 18;
    private const double TextSize = 12.5;
    private const int MostNotes = 6;

    /// <summary>Draws the timeline of an explained window, and below it what a model looked at, where it was asked.</summary>
    /// <param name="window">The window.</param>
    /// <param name="contents">What its inputs hold, in their order; only needed with the attention.</param>
    public static Drawing Draw(WindowExplanation window, IReadOnlyList<InputContent>? contents = null)
    {
        List<Shape> shapes = [];
        (EventTime from, EventTime to) = RangeOf(window);
        var scale = new TimeScale(from, to, Left, Plot);
        double y = Line * 1.6;
        shapes.Add(new Label("title", 14, y, $"{window.Pipeline}: window of {window.Entity}, {window.Start} to {window.End}", 17, Marks.Ink, IsBold: true));
        foreach (string sentence in ExplanationText.WhyClosed(window))
            foreach (string line in Wrap(sentence, Width - 28))
                shapes.Add(new Label("why", 14, y += Line, line, TextSize, Marks.Ink));

        double rows = y + Line * 1.6, panel = rows + window.Inputs.Count * InputRow.Height + Axis;
        double bottom = panel + ArrivalPanel.Height;
        double shadeFrom = scale.X(window.Start), shadeTo = scale.X(window.End);
        shapes.Add(Polygon.Box("window", shadeFrom, rows, shadeTo - shadeFrom, bottom - rows, Marks.Window, null));
        shapes.Add(new Label("window", (shadeFrom + shadeTo) / 2, rows - 5, "window", TextSize, Marks.Ink, Anchor.Middle, IsBold: true));
        foreach (double edge in new[] { shadeFrom, shadeTo }) shapes.Add(new Line("window", [(edge, rows), (edge, bottom)], "#B8860B", 1.5));
        var row = new InputRow(scale, Left, Plot);
        for (int i = 0; i < window.Inputs.Count; i++) shapes.AddRange(row.Draw(window.Inputs[i], i, rows + i * InputRow.Height));
        shapes.AddRange(DrawAxis(scale, panel - Axis));
        shapes.AddRange(new ArrivalPanel(window, scale, Left, Plot, panel).Draw());
        shapes.AddRange(DrawAxis(scale, bottom));
        string date = DateTime.UnixEpoch.AddTicks(window.Start.Nanoseconds / 100).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        y = bottom + Axis + Line;
        shapes.Add(new Label("axis", Width - Right, y, $"event time on {date}, UTC (offset +00:00)", TextSize, Marks.Ink, Anchor.End));
        foreach (Shape note in Notes(window, y)) shapes.Add(note);
        y = shapes[^1] is Label { Class: "note" } last ? last.Y : y;
        shapes.AddRange(Legend.Draw(window, 14, y + Line * 1.8, Width - 14, out double end));
        if (window.Attention is not null) shapes.AddRange(new AttentionPanel(window, contents!, Left, Plot).Draw(end + Line * 1.5, out end));
        return new Drawing(Width, end + Line, shapes);
    }

    // An eighth of the window at either side, and as far as the record that let it close, or as the inputs that went on while another one was silent.
    private static (EventTime From, EventTime To) RangeOf(WindowExplanation window)
    {
        long margin = Math.Max(1, (window.End - window.Start) / 8);
        EventTime to = window.End + margin;
        ClosingItem closes = window.Closing;
        foreach (ExplainedSample sample in window.Inputs.SelectMany(i => i.Samples))
        {
            bool isShown = closes.Record is { } record ? sample.Record.Place == record.Place : sample.Record.Order <= closes.Order;
            if (isShown && sample.Time + margin is var time && time > to) to = time;
        }

        return (window.Start - margin, to);
    }

    private static IEnumerable<Shape> DrawAxis(TimeScale scale, double y)
    {
        foreach ((double x, string label) in scale.Ticks())
        {
            yield return new Line("axis", [(x, y), (x, y + 5)], Marks.Ink, 1);
            yield return new Label("axis", x, y + 18, label, 11, Marks.Ink, Anchor.Middle);
        }
    }

    private static IEnumerable<Shape> Notes(WindowExplanation window, double y)
    {
        (ExplainedSample Sample, int Input)[] all =
        [
            .. window.Inputs.SelectMany((input, i) => input.Samples.Select(s => (Sample: s, Input: i)))
                .Where(s => s.Sample.State is SampleState.Late or SampleState.Rejected),
        ];
        foreach ((ExplainedSample sample, int input) in all.Take(MostNotes))
        {
            string state = sample.State.ToString().ToLowerInvariant();
            string text = $"{state}: {sample.Record.Place} of {sample.Time}, record {sample.Record.Order}: {sample.Detail}";
            yield return Marks.At(sample.State, input, 22, y + Line - 4, 5) with { Class = "note-mark" };
            foreach (string line in Wrap(text, Width - 60)) yield return new Label("note", 38, y += Line, line, TextSize, Marks.Ink);
        }

        if (all.Length > MostNotes) yield return new Label("note", 38, y + Line, $"and {all.Length - MostNotes} more", TextSize, Marks.Ink);
    }

    private static IEnumerable<string> Wrap(string text, double width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && Label.WidthOf($"{line} {word}", TextSize) > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }
}
