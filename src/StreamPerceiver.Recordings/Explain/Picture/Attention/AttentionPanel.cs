using System.Globalization;

namespace StreamPerceiver.Recordings.Explain.Picture.Attention;

/// <summary>
/// Draws what the latents and each output read of a window: a bar with the share of each input, then each input with the attention to its parts.
/// </summary>
/// <param name="window">The window, with its attention.</param>
/// <param name="contents">What its inputs hold, in their order.</param>
/// <param name="left">The left end of the plots.</param>
/// <param name="width">The width of the plots.</param>
internal sealed class AttentionPanel(WindowExplanation window, IReadOnlyList<InputContent> contents, double left, double width)
{
    private const double Size = 12.5, BarHeight = 24, Gap = 14, Margin = 14, LeastRow = 58;

    private readonly TimeScale _scale = new(window.Start, window.End, left, width);

    /// <summary>Draws all readers below each other, the outputs first.</summary>
    /// <param name="top">The upper end.</param>
    /// <param name="bottom">The lower end.</param>
    public IReadOnlyList<Shape> Draw(double top, out double bottom)
    {
        List<Shape> shapes =
        [
            new Line("attention", [(Margin, top), (left + width, top)], Marks.Ink, 1),
            new Label("attention", Margin, top + 26, "What the model looked at in this window", 17, Marks.Ink, IsBold: true),
            new Label(
                "attention", Margin, top + 46,
                "The stronger the colour, and the higher the curve, the more it read there. The data are grey. Hatched: no data.", Size, Marks.Ink),
        ];
        double y = top + 62;
        foreach (ReaderAttention reader in window.Attention!.Readers.OrderBy(r => r.Output is null)) y = Draw(shapes, reader, y) + Gap;
        bottom = y;
        return shapes;
    }

    private double Draw(List<Shape> shapes, ReaderAttention reader, double top)
    {
        string answer = reader.Answer is { } text ? $": {text}" : "";
        string name = reader.Output is null ? "The latents, which every output reads" : $"Output {reader.Output}{answer}";
        shapes.Add(new Label("attention reader", Margin, top + 16, name, 15, Marks.Ink, IsBold: true));
        shapes.Add(new Label("attention", Margin, top + 46, "share of each input", Size, Marks.Ink));
        double y = top + 30;
        shapes.AddRange(Shares(reader, y));
        y += BarHeight + Gap;
        for (int i = 0; i < window.Inputs.Count; i++)
        {
            if (reader.Inputs.FirstOrDefault(a => a.Name == window.Inputs[i].Name) is not { } input) continue;
            shapes.Add(new Label("attention input", Margin, y + 14, input.Name, 15, Marks.ColourOf(i), IsBold: true));
            shapes.Add(new Label("attention share", Margin, y + 32, $"{Percent(input.Share)} of the attention", Size, Marks.Ink));
            if (input.Tokens.Count > 1) shapes.AddRange(contents[i] is FrameContent or TextContent ? Key(input, y + 42) : Top(input, y + 50));
            shapes.AddRange(Row(contents[i], input, y, out double height));
            y += Math.Max(LeastRow, height) + Gap;
        }

        foreach ((double x, string label) in _scale.Ticks().Where(t => t.X < left + width - 20))
        {
            shapes.Add(new Line("axis", [(x, y - 8), (x, y - 3)], Marks.Ink, 1));
            shapes.Add(new Label("axis", x, y + 9, label, 11, Marks.Ink, Anchor.Middle));
        }

        return y + 14;
    }

    // A stacked bar. The model's own inputs, such as those that are always masked, come last.
    private IEnumerable<Shape> Shares(ReaderAttention reader, double y)
    {
        double x = left;
        string[] known = [.. window.Inputs.Select(i => i.Name)];
        foreach (InputAttention input in reader.Inputs)
        {
            int index = Array.IndexOf(known, input.Name);
            double wide = width * input.Share;
            string text = $"{input.Name} {Percent(input.Share)}";
            (string fill, string line) = index < 0 ? ("#DDDDDD", Marks.Faint) : (Marks.TintOf(index), Marks.ColourOf(index));
            yield return Polygon.Box("attention part", x, y, wide, BarHeight, fill, line) with { Title = text };
            if (Label.WidthOf(text, Size) < wide) yield return new Label("attention part", x + (wide / 2), y + 16, text, Size, Marks.Ink, Anchor.Middle);
            x += wide;
        }
    }

    // From no attention to the full colour, with what that is.
    private static IEnumerable<Shape> Key(InputAttention input, double y)
    {
        const int Steps = 8;
        for (int i = 0; i < Steps; i++)
            yield return Polygon.Box("attention key", Margin + 12 + (8 * i), y, 8, 10, Heat.OnWhite(i / (Steps - 1.0)), null);
        yield return new Label("attention key", Margin, y + 9, "0", 10.5, Marks.Ink);
        yield return new Label("attention key", Margin + 16 + (8 * Steps), y + 9, $"{TopOf(input)} x its mean", 10.5, Marks.Ink);
    }

    private static IEnumerable<Shape> Top(InputAttention input, double y)
        => [new Label("attention key", Margin, y, $"full height: {TopOf(input)} x its mean", 10.5, Marks.Ink)];

    private static string TopOf(InputAttention input) => new Heat(input).Top.ToString("F1", CultureInfo.InvariantCulture);

    private IEnumerable<Shape> Row(InputContent content, InputAttention input, double top, out double height)
    {
        switch (content)
        {
            case FrameContent frames when input.Grid.Count > 1:
                return new FrameRow(left, width).Draw(frames, input, top, out height);
            case TextContent text:
                return new TokenRow(left, width).Draw(text, input, top, out height);
            case ElementContent elements:
                return new TokenRow(left, width).Draw(elements, input, top, out height);
            case CurveContent curve:
                height = CurveRow.Height;
                return new CurveRow(left, width).Draw(curve, input, top);
            default:
                height = 0;
                return [];
        }
    }

    private static string Percent(double share) => share.ToString("P0", CultureInfo.InvariantCulture);
}
