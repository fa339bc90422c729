namespace StreamPerceiver.Model;

/// <summary>
/// Bilinear resizing of an 8-bit RGB image, as in OpenCV's INTER_LINEAR: pixel centres are at halves, edges are repeated, and there is no
/// antialiasing. Weights have 11 fractional bits.
/// </summary>
internal static class BilinearResize
{
    private const int One = 1 << 11;

    /// <summary>Resizes (height, width, 3) to (newHeight, newWidth, 3).</summary>
    public static byte[] Resize(ReadOnlySpan<byte> rgb, int height, int width, int newHeight, int newWidth)
    {
        Tap[] columns = [.. Taps(width, newWidth).Select(t => t.AtEdge(width))];
        Tap[] rows = Taps(height, newHeight);
        int length = newWidth * RgbImages.Colours;
        byte[] result = new byte[newHeight * length];
        int[] upper = new int[length];
        int[] lower = new int[length];
        for (int y = 0; y < newHeight; y++)
        {
            Tap row = rows[y];
            ResizeRow(rgb, Math.Clamp(row.First, 0, height - 1), width, columns, upper);
            ResizeRow(rgb, Math.Clamp(row.First + 1, 0, height - 1), width, columns, lower);
            Span<byte> target = result.AsSpan(y * length, length);
            for (int i = 0; i < length; i++)
                target[i] = Mix(upper[i], lower[i], row);
        }

        return result;
    }

    private static void ResizeRow(ReadOnlySpan<byte> rgb, int y, int width, Tap[] columns, int[] result)
    {
        ReadOnlySpan<byte> row = rgb.Slice(y * width * RgbImages.Colours, width * RgbImages.Colours);
        for (int x = 0; x < columns.Length; x++)
        {
            Tap tap = columns[x];
            int left = tap.First * RgbImages.Colours;
            int right = Math.Min(tap.First + 1, width - 1) * RgbImages.Colours;
            for (int c = 0; c < RgbImages.Colours; c++)
                result[(x * RgbImages.Colours) + c] = (row[left + c] * tap.FirstWeight) + (row[right + c] * tap.SecondWeight);
        }
    }

    // OpenCV drops low bits in two steps, so that products fit 16-bit multipliers. Rounding in one step would give other values.
    private static byte Mix(int upper, int lower, Tap row) =>
        (byte)((((row.FirstWeight * (upper >> 4)) >> 16) + ((row.SecondWeight * (lower >> 4)) >> 16) + 2) >> 2);

    private static Tap[] Taps(int size, int newSize)
    {
        double scale = 1 / ((double)newSize / size);
        Tap[] taps = new Tap[newSize];
        for (int i = 0; i < newSize; i++)
        {
            float place = (float)(((i + 0.5) * scale) - 0.5);
            int first = (int)MathF.Floor(place);
            float fraction = place - first;
            taps[i] = new Tap(first, ToFixed(1 - fraction), ToFixed(fraction));
        }

        return taps;
    }

    private static int ToFixed(float weight) => (int)MathF.Round(weight * One);

    /// <summary>One output pixel of an axis: two neighbouring input pixels and their weights. The first may be outside the image.</summary>
    private readonly record struct Tap(int First, int FirstWeight, int SecondWeight)
    {
        /// <summary>Takes only the edge pixel at an image's edge, as OpenCV does along rows. Along columns OpenCV mixes two copies of the edge pixel.</summary>
        public Tap AtEdge(int size)
        {
            int inside = Math.Clamp(First, 0, size - 1);
            return inside == First && First < size - 1 ? this : new Tap(inside, One, 0);
        }
    }
}
