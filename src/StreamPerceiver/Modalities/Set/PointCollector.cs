using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Set;

/// <summary>
/// Collects the points of a file. A point with NaN or infinity is an invalid return, which organised clouds and range images have everywhere: it is dropped.
/// </summary>
/// <param name="spec">The input.</param>
internal sealed class PointCollector(SetSpec spec)
{
    private readonly double[] _point = new double[spec.Channels.Count];
    private readonly NumberLayout _layout = spec.Layout;
    private float[] _elements = [];
    private int _length;

    /// <summary>The points that were dropped.</summary>
    public int Dropped { get; private set; }

    /// <summary>The points that were collected, in the input's layout.</summary>
    public ReadOnlyMemory<float> Elements => _elements.AsMemory(0, _length);

    /// <summary>The numbers of the next point, in the order of the channels. To be written before <see cref="Add"/>.</summary>
    public Span<double> Point => _point;

    /// <summary>Adds the point whose numbers are in <see cref="Point"/>.</summary>
    /// <exception cref="BadPayloadException">There are too many points, or a number is none that its channel may have.</exception>
    public void Add()
    {
        foreach (double number in _point)
        {
            if (double.IsFinite(number)) continue;
            Dropped++;
            return;
        }

        int numbers = _layout.Length;
        if (_length == (long)spec.MostElements * numbers) throw TooMany();
        if (_length == _elements.Length) Array.Resize(ref _elements, Math.Max(64 * numbers, 2 * _length));
        Span<float> element = _elements.AsSpan(_length, numbers);
        for (int c = 0; c < _point.Length; c++)
            if (_layout.Store(element, c, _point[c]) is { } problem)
                throw Wrong(c, problem);
        _length += numbers;
    }

    private BadPayloadException TooMany() => new(
        RejectionReason.WrongShape,
        $"there are more than {spec.MostElements} valid points, expected at most as many as slots; sample in the pipeline file reduces them");

    private BadPayloadException Wrong(int channel, string problem)
        => new(RejectionReason.WrongShape, $"point {_length / _layout.Length + Dropped}, channel {spec.Channels[channel]} {problem}");
}
