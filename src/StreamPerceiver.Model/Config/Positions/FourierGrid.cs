namespace StreamPerceiver.Model;

/// <summary>
/// The Fourier positions of a grid. A channel depends on one axis, so sines and cosines are computed for each axis and copied to the tokens:
/// 16 x 56 x 56 tokens need the sines of 128 coordinates, not of 50,176.
/// </summary>
internal sealed class FourierGrid
{
    private const int MostNumbers = 1 << 30;

    private readonly int _bands;
    private readonly Axis[] _axes;

    public FourierGrid(int bands, IReadOnlyList<int> maxResolution, float[][] coordinates)
    {
        _bands = bands;
        _axes = [.. coordinates.Select((axis, d) => new Axis(axis, FourierPositions.Linspace(1f, maxResolution[d] / 2f, bands)))];
        Count = coordinates.Aggregate(1, (product, axis) => checked(product * axis.Length));
    }

    /// <summary>Number of positions.</summary>
    public int Count { get; }

    /// <summary>Channels of one position.</summary>
    public int Channels => _axes.Length * (1 + (2 * _bands));

    /// <summary>Returns a row for each place of each axis, (sum of the axes' sizes, Channels), with zeros in the channels of the other axes.</summary>
    public float[] AlongAxes()
    {
        float[] rows = new float[_axes.Sum(a => a.Coordinates.Length) * Channels];
        Span<float> row = rows;
        for (int d = 0; d < _axes.Length; d++)
        {
            for (int i = 0; i < _axes[d].Coordinates.Length; i++, row = row[Channels..])
                WriteAxis(d, i, row);
        }

        return rows;
    }

    /// <summary>Sums a function of the channels over each position, and adds a constant to each sum.</summary>
    public float[] Sums(Func<float, float> of, double constant)
    {
        double[] sums = [constant];
        foreach (Axis axis in _axes)
        {
            double[] along = [.. axis.Coordinates.Select((x, i) =>
                of(x) + axis.Sines.Skip(i * _bands).Take(_bands).Concat(axis.Cosines.Skip(i * _bands).Take(_bands)).Sum(v => (double)of(v)))];
            sums = [.. sums.SelectMany(s => along.Select(a => s + a))];
        }

        return [.. sums.Select(s => (float)s)];
    }

    /// <summary>Computes all positions in row-major order, (Count, Channels).</summary>
    /// <exception cref="ModelInputException">The positions have too many numbers.</exception>
    public float[] All()
    {
        float[] rows = new float[Numbers(Count)];
        for (int i = 0; i < Count; i++)
            Write(i, rows.AsSpan(i * Channels, Channels));
        return rows;
    }

    /// <summary>Computes the positions of flat indices, (points, Channels).</summary>
    public float[] At(ReadOnlySpan<int> points)
    {
        float[] rows = new float[Numbers(points.Length)];
        for (int i = 0; i < points.Length; i++)
            Write(points[i], rows.AsSpan(i * Channels, Channels));
        return rows;
    }

    private int Numbers(int positions)
    {
        string grid = $"a grid of {string.Join(" x ", _axes.Select(a => a.Coordinates.Length))}";
        return ConfigRules.Count(grid, "numbers in its positions", [Math.Max(1, positions), Channels], MostNumbers) is { } problem
            ? throw new ModelInputException(problem)
            : positions * Channels;
    }

    private void Write(int flat, Span<float> row)
    {
        for (int d = _axes.Length - 1; d >= 0; d--)
        {
            WriteAxis(d, flat % _axes[d].Coordinates.Length, row);
            flat /= _axes[d].Coordinates.Length;
        }
    }

    private void WriteAxis(int d, int i, Span<float> row)
    {
        Axis axis = _axes[d];
        row[d] = axis.Coordinates[i];
        axis.Sines.AsSpan(i * _bands, _bands).CopyTo(row[(_axes.Length + (d * _bands))..]);
        axis.Cosines.AsSpan(i * _bands, _bands).CopyTo(row[(_axes.Length + ((_axes.Length + d) * _bands))..]);
    }

    private sealed class Axis
    {
        public Axis(float[] coordinates, float[] frequencies)
        {
            Coordinates = coordinates;
            Sines = new float[coordinates.Length * frequencies.Length];
            Cosines = new float[coordinates.Length * frequencies.Length];
            for (int i = 0; i < Sines.Length; i++)
            {
                // Two float32 products in this order. One product with a premultiplied frequency would round differently.
                float u = coordinates[i / frequencies.Length] * frequencies[i % frequencies.Length];
                float angle = MathF.PI * u;
                Sines[i] = MathF.Sin(angle);
                Cosines[i] = MathF.Cos(angle);
            }
        }

        public float[] Coordinates { get; }

        public float[] Sines { get; }

        public float[] Cosines { get; }
    }
}
