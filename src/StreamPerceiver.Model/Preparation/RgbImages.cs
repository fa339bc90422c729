namespace StreamPerceiver.Model;

/// <summary>8-bit RGB images (H, W, 3): rows, columns, colours, the last fastest.</summary>
internal static class RgbImages
{
    public const int Colours = 3;

    /// <summary>Checks that the bytes are so many images of the size.</summary>
    /// <exception cref="ModelInputException">The number of bytes is another one, or the size is below 1.</exception>
    public static void Require(string name, ReadOnlySpan<byte> rgb, int images, int height, int width)
    {
        if (height < 1 || width < 1)
            throw new ModelInputException($"{name} is {height} x {width}: height and width must be at least 1");
        long expected = (long)images * height * width * Colours;
        if (rgb.Length != expected)
        {
            string count = images == 1 ? "" : $"{images} x ";
            throw new ModelInputException($"{name} has {rgb.Length} bytes, expected {count}{height} x {width} x {Colours} = {expected}");
        }
    }

    /// <summary>Copies the rectangle whose first pixel is (top, left): (height, width, 3).</summary>
    public static byte[] Crop(ReadOnlySpan<byte> rgb, int imageWidth, int top, int left, int height, int width)
    {
        byte[] cropped = new byte[height * width * Colours];
        for (int y = 0; y < height; y++)
            rgb.Slice((((top + y) * imageWidth) + left) * Colours, width * Colours).CopyTo(cropped.AsSpan(y * width * Colours));
        return cropped;
    }

    /// <summary>
    /// Writes an image channel first, (3, H, W), with each byte replaced by its entry in a table (3, 256). The table has the result of the
    /// preparation for each of the 256 values.
    /// </summary>
    public static void ToChannelFirst(ReadOnlySpan<byte> rgb, ReadOnlySpan<float> table, Span<float> planes)
    {
        int pixels = rgb.Length / Colours;
        for (int c = 0; c < Colours; c++)
        {
            ReadOnlySpan<float> values = table.Slice(c * 256, 256);
            Span<float> plane = planes.Slice(c * pixels, pixels);
            for (int i = 0; i < pixels; i++)
                plane[i] = values[rgb[(i * Colours) + c]];
        }
    }
}
