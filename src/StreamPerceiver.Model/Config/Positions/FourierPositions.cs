namespace StreamPerceiver.Model;

/// <summary>
/// Fourier positions in the channel order of Hugging Face: coordinates | sines | cosines, each axis by axis, and band by band within an axis.
/// Every operation is rounded to float32 in Hugging Face's order. Audio bands have arguments up to 48,000, where float32 has steps of 0.004.
/// More exact features would differ from those on which the weights were trained.
/// </summary>
internal sealed class FourierPositions(int bands, IReadOnlyList<int> maxResolution)
{
    private const long MostAlongAxes = 1 << 26;

    /// <summary>Channels of one position: for each axis the coordinate, and a sine and a cosine for each band.</summary>
    public int Channels => maxResolution.Count * (1 + (2 * bands));

    /// <summary>Returns the problem of a grid with too many sines and cosines; null where there is none.</summary>
    public string? Problem(string path, IReadOnlyList<int> grid) =>
        ConfigRules.Count(path, "numbers in its positions along the axes", [grid.Sum(size => (long)size), bands], MostAlongAxes);

    /// <summary>Makes the positions of input tokens: each axis goes from -1 to 1, both included.</summary>
    /// <exception cref="ModelInputException">The grid has too many positions.</exception>
    public FourierGrid OverGrid(IReadOnlyList<int> grid)
    {
        if (Problem($"a grid of {string.Join(" x ", grid)}", grid) is { } problem) throw new ModelInputException(problem);
        return new(bands, maxResolution, [.. grid.Select(size => Linspace(-1f, 1f, size))]);
    }

    /// <summary>Makes the positions of output points: coordinate -1 + 2 i / size, always below 1, as in Hugging Face's code.</summary>
    public FourierGrid OverPoints(IReadOnlyList<int> grid) =>
        new(bands, maxResolution, [.. grid.Select(size => Enumerable.Range(0, size).Select(i => -1f + (2f * i / size)).ToArray())]);

    /// <summary>
    /// Makes n numbers from a to b, both included, equal to the bit to PyTorch 2 on a CPU: each is computed from the nearer end with one rounding.
    /// Other versions and vector widths of PyTorch round differently, which changes audio features by up to 0.008.
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
