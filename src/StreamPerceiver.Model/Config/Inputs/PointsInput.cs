namespace StreamPerceiver.Model;

/// <summary>
/// A point cloud (arXiv:2103.03206, section 4.3): one token for each point, with Fourier features of the point's own coordinates.
/// Content is the coordinates, usually in [-1, 1], then the other features. A call may bring any number of points.
/// </summary>
public sealed record PointsInput : InputConfig
{
    /// <summary>Points (required).</summary>
    public required int Points { get; init; }

    /// <summary>Coordinates of a point (default: 3).</summary>
    public int Axes { get; init; } = 3;

    /// <summary>Further numbers of a point, such as its intensity (default: 0).</summary>
    public int Features { get; init; }

    /// <summary>Fourier bands of each axis (default: 64).</summary>
    public int NumBands { get; init; } = 64;

    /// <summary>Resolution of each axis at which the highest band is the Nyquist frequency (default: 2240, the paper's 1120 for ModelNet40).</summary>
    public int MaxResolution { get; init; } = 2240;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Grid => [Points];

    /// <inheritdoc/>
    public override int ContentChannels => Axes + Features;

    /// <inheritdoc/>
    public override int FeatureChannels => Features + (Axes * (1 + (2 * NumBands)));

    internal override FourierPositions? Fourier => null;
}
