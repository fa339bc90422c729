namespace StreamPerceiver.Model.Tests;

/// <summary>8-bit RGB images (H, W, 3).</summary>
internal static class Pictures
{
    /// <summary>The image of the published numbers: (7 x + 3 y, x² + 5 y, x y), each modulo 256.</summary>
    public static byte[] Formula(int height, int width) =>
        Of(height, width, (y, x) => [(byte)((7 * x) + (3 * y)), (byte)((x * x) + (5 * y)), (byte)(x * y)]);

    public static byte[] Constant(int height, int width, params byte[] colour) => Of(height, width, (_, _) => colour);

    public static byte[] Noise(int height, int width, int seed)
    {
        byte[] rgb = new byte[height * width * 3];
        new Random(seed).NextBytes(rgb);
        return rgb;
    }

    /// <summary>The three colours of a pixel.</summary>
    public static byte[] At(byte[] rgb, int width, int y, int x) => rgb[(((y * width) + x) * 3)..(((y * width) + x + 1) * 3)];

    public static byte[] Of(int height, int width, Func<int, int, byte[]> colour) =>
        [.. Enumerable.Range(0, height * width).SelectMany(i => colour(i / width, i % width))];
}
