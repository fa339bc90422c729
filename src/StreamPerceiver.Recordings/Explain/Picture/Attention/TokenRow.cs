namespace StreamPerceiver.Recordings.Explain.Picture.Attention;

/// <summary>Draws tokens without a place in time: the characters of a text, a word, or the elements of a set, each on the colour of its attention.</summary>
/// <param name="left">The left end of the plot.</param>
/// <param name="width">The width of the plot.</param>
internal sealed class TokenRow(double left, double width)
{
    private const double CharacterWidth = 11, LineHeight = 20, TextSize = 13, BarHeight = 54;
    private const int MostLines = 8;

    /// <summary>Draws a text, or a word.</summary>
    public IReadOnlyList<Shape> Draw(TextContent content, InputAttention input, double top, out double height)
    {
        List<Shape> shapes = [];
        var heat = new Heat(input);
        double x = left, y = top;
        int[] visible = [.. Enumerable.Range(0, content.Parts.Count).Where(i => content.Mask[i] != 0)];
        int drawn = 0;
        foreach (int token in visible)
        {
            string part = content.Parts[token];
            double wide = part.Length > 1 ? Math.Min(width, Label.WidthOf(part, TextSize) + 12) : CharacterWidth;
            if (x + wide > left + width + 0.5) (x, y) = (left, y + LineHeight);
            if (y >= top + (MostLines * LineHeight)) break;
            double share = heat.Of(input.Tokens[token]);
            shapes.Add(Polygon.Box("attention token", x, y, wide, LineHeight - 2, Heat.OnWhite(share), null));
            shapes.Add(new Label("attention text", x + (wide / 2), y + 13, part, TextSize, Marks.Ink, Anchor.Middle));
            (x, drawn) = (x + wide, drawn + 1);
        }

        if (visible.Length == 0) shapes.Add(new Label("attention text", left, y + 13, "no data: masked", TextSize, Marks.Faint));
        if (drawn < visible.Length)
            shapes.Add(new Label("attention text", left, y + 13, $"and {visible.Length - drawn} more", TextSize, Marks.Ink));
        height = y + LineHeight - top;
        return shapes;
    }

    /// <summary>Draws the elements of a set as bars, in their order.</summary>
    public IEnumerable<Shape> Draw(ElementContent content, InputAttention input, double top, out double height)
    {
        height = BarHeight + 16;
        int count = content.Mask.Sum(kept => kept);
        var heat = new Heat(input);
        double bottom = top + BarHeight, place = width / Math.Max(1, count);
        List<Shape> shapes = [new Line("grid", [(left, bottom), (left + width, bottom)], Marks.Grid, 1)];
        foreach ((int bar, int token) in Enumerable.Range(0, content.Mask.Count).Where(i => content.Mask[i] != 0).Index())
        {
            double high = Math.Max(1, (BarHeight - 4) * heat.Of(input.Tokens[token])), wide = Math.Max(0.5, Math.Min(40, place * 0.8));
            double from = left + (place * (bar + 0.5)) - (wide / 2);
            shapes.Add(Polygon.Box("attention bar", from, bottom - high, wide, high, Heat.Full, null) with { Title = $"element {token}" });
        }

        shapes.Add(new Label(
            "attention text", left, bottom + 14, count == 0 ? "no data: masked" : count == 1 ? "1 element" : $"{count} elements in their order, first to last",
            11, Marks.Ink));
        return shapes;
    }
}
