namespace StreamPerceiver.Model;

/// <summary>
/// Fourier positions in the channel order of Hugging Face: coordinates | sines | cosines, each axis by axis, and band by band within an axis.
/// Every operation is rounded to float32 in the reference's order: the arguments of the audio bands reach 48,000, where float32 is
/// 0.004 coarse, so features computed more exactly would not be the ones that the weights were trained on.
/// </summary>
internal sealed class FourierPositions(int bands, IReadOnlyList<int> maxResolution)
{
    private const long MostAlongAxes = 1 << 26;

    /// <summary>Channels of one position: per axis its coordinate, and a sine and a cosine a band.</summary>
    public int Channels => maxResolution.Count * (1 + (2 * bands));

    /// <summary>What is wrong with a grid whose sines and cosines would be more numbers than fit; null where they fit.</summary>
    public string? Problem(string path, IReadOnlyList<int> grid) =>
        ConfigRules.Count(path, "numbers in its positions along the axes", [grid.Sum(size => (long)size), bands], MostAlongAxes);

    /// <summary>Input tokens: each axis runs from -1 to 1, both included.</summary>
    /// <exception cref="ModelInputException">More positions than fit.</exception>
    public FourierGrid OverGrid(IReadOnlyList<int> grid)
    {
        if (Problem($"a grid of {string.Join(" x ", grid)}", grid) is { } problem) throw new ModelInputException(problem);
        return new(bands, maxResolution, [.. grid.Select(size => Linspace(-1f, 1f, size))]);
    }

    /// <summary>Output points: coordinate -1 + 2 i / size, which never reaches 1 (so does Hugging Face, and so were the weights trained).</summary>
    public FourierGrid OverPoints(IReadOnlyList<int> grid) =>
        new(bands, maxResolution, [.. grid.Select(size => Enumerable.Range(0, size).Select(i => -1f + (2f * i / size)).ToArray())]);

    /// <summary>
    /// n numbers from a to b, both included, to the bit as PyTorch 2 on a CPU: counted from the nearer end, one rounding each.
    /// Other versions and vector widths of the library round otherwise, which moves audio features by up to 0.008.
    /// </summary>
    public static float[] Linspace(float a, float b, int n)
    {
        if (n == 1)
            return [a];
        float[] values = new float[n];
        float step = (b - a) / (n - 1);
        int half = n / 2;
        for (int i = 0; i < n; i++)
            values[i] = i < half ? MathF.FusedMultiplyAdd(step, i, a) : MathF.FusedMultiplyAdd(-step, n - 1 - i, b);
        return values;
    }
}
