namespace StreamPerceiver.Recordings.Explain.Picture.Attention;

/// <summary>Draws the frames of a window in grey, each below the times of its slot, with the attention over them.</summary>
/// <param name="left">The left end of the plot.</param>
/// <param name="width">The width of the plot.</param>
internal sealed class FrameRow(double left, double width)
{
    private const double MostHeight = 120, Gap = 6;

    // A picture of more frames shows every second one, every third one, and so on.
    private const int MostFrames = 16;

    // The darkest grey that is drawn, so that colour shows on dark pictures.
    private const int Darkest = 64;

    /// <summary>Draws the frames.</summary>
    public IEnumerable<Shape> Draw(FrameContent content, InputAttention input, double top, out double height)
    {
        int every = (content.Frames.Count + MostFrames - 1) / MostFrames, shown = (content.Frames.Count + every - 1) / every;
        double place = width / shown, wide = Math.Min(place - Gap, MostHeight * content.Width / content.Height);
        double high = height = wide * content.Height / content.Width;
        var heat = new Heat(input);
        byte[] tones = TonesOf(content);
        return Enumerable.Range(0, shown).Select(i =>
        {
            int frame = i * every;
            double x = left + (place * i) + ((place - wide) / 2);
            return content.Frames[frame] is { } pixels
                ? (Shape)(new Raster("attention frame", x, top, wide, high, content.Width, Colour(content, pixels, tones, input, heat, frame))
                { Title = $"frame {frame} of {content.Frames.Count}" })
                : Polygon.Box("attention masked", x, top, wide, high, null, Marks.Faint, isHatched: true) with { Title = $"no frame in slot {frame}" };
        });
    }

    // A map without frames on its grid holds for all of them.
    private static byte[] Colour(FrameContent content, byte[] pixels, byte[] tones, InputAttention input, Heat heat, int frame)
    {
        IReadOnlyList<int> grid = input.Grid;
        int rows = grid[^2], columns = grid[^1], first = grid.Count < 3 ? 0 : frame * grid[0] / content.Frames.Count * rows * columns;
        byte[] rgb = new byte[content.Height * content.Width * 3];
        for (int y = 0; y < content.Height; y++)
        {
            for (int x = 0; x < content.Width; x++)
            {
                int at = (y * content.Width) + x;
                byte tone = tones[LightOf(pixels.AsSpan(at * content.Channels, content.Channels))];
                double share = heat.Of(input.Tokens[first + (y * rows / content.Height * columns) + (x * columns / content.Width)]);
                Heat.Mix(tone, tone, tone, share).CopyTo(rgb, 3 * at);
            }
        }

        return rgb;
    }

    // The grey for each lightness: from the darkest to the lightest pixel of all frames.
    private static byte[] TonesOf(FrameContent content)
    {
        int least = 255, most = 0;
        foreach (byte[] pixels in content.Frames.OfType<byte[]>())
        {
            for (int at = 0; at < pixels.Length; at += content.Channels)
            {
                int light = LightOf(pixels.AsSpan(at, content.Channels));
                (least, most) = (Math.Min(least, light), Math.Max(most, light));
            }
        }

        return [.. Enumerable.Range(0, 256).Select(light => (byte)(
            Darkest + ((255 - Darkest) * Math.Clamp(light - least, 0, Math.Max(1, most - least)) / Math.Max(1, most - least))))];
    }

    private static int LightOf(ReadOnlySpan<byte> pixel)
        => pixel.Length == 1 ? pixel[0] : ((299 * pixel[0]) + (587 * pixel[1]) + (114 * pixel[2])) / 1000;
}
