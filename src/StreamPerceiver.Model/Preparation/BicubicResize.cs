namespace StreamPerceiver.Model;

/// <summary>
/// Bicubic resampling of an 8-bit RGB image, equal to Pillow to the bit: a cubic kernel with a = -0.5, which is widened (antialiased) where the image
/// shrinks. Weights have 22 fractional bits. Rows are resampled first, and the result is rounded to 8 bits before the columns are.
/// </summary>
internal static class BicubicResize
{
    private const double A = -0.5;
    private const int FractionBits = 22;
    private const int Half = 1 << (FractionBits - 1);

    /// <summary>Resizes (height, width, 3) to (newHeight, newWidth, 3).</summary>
    public static byte[] Resize(ReadOnlySpan<byte> rgb, int height, int width, int newHeight, int newWidth)
    {
        byte[] resized = ResizeWidth(rgb, height, width, Windows(width, newWidth));
        return ResizeHeight(resized, newWidth, Windows(height, newHeight));
    }

    private static byte[] ResizeWidth(ReadOnlySpan<byte> rgb, int height, int width, Window[] windows)
    {
        byte[] result = new byte[height * windows.Length * RgbImages.Colours];
        int at = 0;
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = rgb.Slice(y * width * RgbImages.Colours, width * RgbImages.Colours);
            foreach (Window window in windows)
            {
                int red = Half, green = Half, blue = Half;
                ReadOnlySpan<byte> pixels = row[(window.Start * RgbImages.Colours)..];
                foreach (int weight in window.Weights)
                {
                    red += pixels[0] * weight;
                    green += pixels[1] * weight;
                    blue += pixels[2] * weight;
                    pixels = pixels[RgbImages.Colours..];
                }

                result[at++] = ToByte(red);
                result[at++] = ToByte(green);
                result[at++] = ToByte(blue);
            }
        }

        return result;
    }

    private static byte[] ResizeHeight(ReadOnlySpan<byte> rgb, int width, Window[] windows)
    {
        int length = width * RgbImages.Colours;
        byte[] result = new byte[windows.Length * length];
        int[] sums = new int[length];
        for (int y = 0; y < windows.Length; y++)
        {
            Array.Fill(sums, Half);
            int start = windows[y].Start * length;
            foreach (int weight in windows[y].Weights)
            {
                ReadOnlySpan<byte> row = rgb.Slice(start, length);
                for (int i = 0; i < sums.Length; i++)
                    sums[i] += row[i] * weight;
                start += length;
            }

            Span<byte> target = result.AsSpan(y * length, length);
            for (int i = 0; i < sums.Length; i++)
                target[i] = ToByte(sums[i]);
        }

        return result;
    }

    private static byte ToByte(int sum) => (byte)Math.Clamp(sum >> FractionBits, 0, byte.MaxValue);

    // Computes for every output pixel of an axis its input pixels and their weights.
    private static Window[] Windows(int size, int newSize)
    {
        double scale = (double)size / newSize;
        double stretch = Math.Max(scale, 1);
        double support = 2 * stretch;
        Window[] windows = new Window[newSize];
        for (int i = 0; i < newSize; i++)
        {
            double centre = (i + 0.5) * scale;
            int start = Math.Max((int)(centre - support + 0.5), 0);
            int end = Math.Min((int)(centre + support + 0.5), size);
            double[] weights = [.. Enumerable.Range(start, end - start).Select(j => Kernel((j - centre + 0.5) / stretch))];
            double sum = weights.Sum();
            windows[i] = new Window(start, [.. weights.Select(w => ToFixed(w / sum))]);
        }

        return windows;
    }

    private static int ToFixed(double weight) => (int)Math.Round(weight * (1 << FractionBits), MidpointRounding.AwayFromZero);

    private static double Kernel(double t)
    {
        t = Math.Abs(t);
        return t switch
        {
            < 1 => ((((A + 2) * t) - (A + 3)) * t * t) + 1,
            < 2 => ((((t - 5) * t) + 8) * t - 4) * A,
            _ => 0,
        };
    }

    private sealed record Window(int Start, int[] Weights);
}
