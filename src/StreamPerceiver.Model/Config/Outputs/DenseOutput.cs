namespace StreamPerceiver.Model;

/// <summary>A dense output, computed at the points that a call names by their flat index (row-major) into <see cref="Grid"/>.</summary>
public abstract record DenseOutput : OutputConfig
{
    private protected DenseOutput()
    {
    }

    /// <summary>Sizes of the axes of the points, slowest first.</summary>
    public abstract IReadOnlyList<int> Grid { get; }

    /// <summary>The flat indices of all points, for a whole output.</summary>
    public IReadOnlyList<int> AllPoints => [.. Enumerable.Range(0, Points)];

    /// <inheritdoc/>
    public override int QueryChannels(IReadOnlyDictionary<string, InputConfig> inputs) => Positions.Channels;

    /// <summary>Number of points of the grid.</summary>
    public int Points => Grid.Aggregate(1, (product, size) => checked(product * size));

    internal abstract FourierPositions Positions { get; }
}

/// <summary>Colours of video points: three numbers for each point.</summary>
public sealed record ImageOutput : DenseOutput
{
    /// <summary>Frames, height and width of the output (required).</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Fourier bands of each axis (default: 32).</summary>
    public int NumBands { get; init; } = 32;

    /// <summary>For each axis, the resolution at which the highest band is the Nyquist frequency (required). Hugging Face takes the input's grid.</summary>
    public required IReadOnlyList<int> MaxResolution { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Grid => Shape;

    /// <inheritdoc/>
    public override int HeadChannels => 3;

    internal override FourierPositions Positions => new(NumBands, MaxResolution);
}

/// <summary>Audio patches: <see cref="SamplesPerPatch"/> consecutive samples for each point.</summary>
public sealed record AudioOutput : DenseOutput
{
    /// <summary>Patches of the output (required).</summary>
    public required int Patches { get; init; }

    /// <summary>Samples of one patch (default: 16).</summary>
    public int SamplesPerPatch { get; init; } = 16;

    /// <summary>Fourier bands (default: 192).</summary>
    public int NumBands { get; init; } = 192;

    /// <summary>Resolution at which the highest band is the Nyquist frequency, in samples (required).</summary>
    public required int MaxResolution { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Grid => [Patches];

    /// <inheritdoc/>
    public override int HeadChannels => SamplesPerPatch;

    internal override FourierPositions Positions => new(NumBands, [MaxResolution]);
}
