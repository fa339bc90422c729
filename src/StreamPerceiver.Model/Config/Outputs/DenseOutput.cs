namespace StreamPerceiver.Model;

/// <summary>A dense output: answered only at the points asked for, by their flat index (row-major) into <see cref="Grid"/>.</summary>
public abstract record DenseOutput : OutputConfig
{
    private protected DenseOutput()
    {
    }

    /// <summary>Sizes of the axes of the points, slowest first.</summary>
    public abstract IReadOnlyList<int> Grid { get; }

    /// <summary>Every point, for a whole output; it is decoded piece by piece.</summary>
    public IReadOnlyList<int> AllPoints => [.. Enumerable.Range(0, Points)];

    /// <inheritdoc/>
    public override int QueryChannels(IReadOnlyDictionary<string, InputConfig> inputs) => Positions.Channels;

    /// <summary>Number of points that can be asked for.</summary>
    public int Points => Grid.Aggregate(1, (product, size) => checked(product * size));

    internal abstract FourierPositions Positions { get; }
}

/// <summary>Colours of video points: three numbers a point.</summary>
public sealed record ImageOutput : DenseOutput
{
    /// <summary>Frames, height and width of the output (required).</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Fourier bands an axis (default: 32).</summary>
    public int NumBands { get; init; } = 32;

    /// <summary>Resolution an axis at which the highest band is the Nyquist frequency (required): the input's grid, as Hugging Face has it.</summary>
    public required IReadOnlyList<int> MaxResolution { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Grid => Shape;

    /// <inheritdoc/>
    public override int HeadChannels => 3;

    internal override FourierPositions Positions => new(NumBands, MaxResolution);
}

/// <summary>Audio patches: <see cref="SamplesPerPatch"/> consecutive samples a point.</summary>
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
