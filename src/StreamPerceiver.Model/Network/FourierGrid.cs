namespace StreamPerceiver.Model;

/// <summary>
/// The Fourier positions of a grid. A channel depends on one axis only, so sines and cosines are made once an axis and copied to the
/// tokens: 16 x 56 x 56 tokens need those of 128 coordinates, not of 50,176.
/// </summary>
internal sealed class FourierGrid
{
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

    /// <summary>All positions in row-major order, (Count, Channels).</summary>
    public float[] All()
    {
        float[] rows = new float[checked(Count * Channels)];
        for (int i = 0; i < Count; i++)
            Write(i, rows.AsSpan(i * Channels, Channels));
        return rows;
    }

    /// <summary>The positions of these flat indices, (points, Channels).</summary>
    public float[] At(ReadOnlySpan<int> points)
    {
        float[] rows = new float[checked(points.Length * Channels)];
        for (int i = 0; i < points.Length; i++)
            Write(points[i], rows.AsSpan(i * Channels, Channels));
        return rows;
    }

    private void Write(int flat, Span<float> row)
    {
        int axes = _axes.Length;
        for (int d = axes - 1; d >= 0; d--)
        {
            Axis axis = _axes[d];
            int i = flat % axis.Coordinates.Length;
            flat /= axis.Coordinates.Length;
            row[d] = axis.Coordinates[i];
            axis.Sines.AsSpan(i * _bands, _bands).CopyTo(row[(axes + (d * _bands))..]);
            axis.Cosines.AsSpan(i * _bands, _bands).CopyTo(row[(axes + ((axes + d) * _bands))..]);
        }
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
                // Two float32 products, in this order; one product with a premultiplied frequency would round otherwise.
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
