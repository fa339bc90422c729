namespace StreamPerceiver.Model;

/// <summary>One input: how many tokens it has, what a token holds, and where its Fourier positions lie (section 3.2 of the paper).</summary>
public abstract record InputConfig
{
    private protected InputConfig()
    {
    }

    /// <summary>
    /// Null (default): the input has no mask vector. 0: it has one, unused. 1: its every token is that vector, whatever its content,
    /// which may then be left out (Hugging Face's multimodal label at inference).
    /// </summary>
    public int? MaskProbability { get; init; }

    /// <summary>Sizes of the axes along which tokens lie, slowest first; their product is the number of tokens.</summary>
    public abstract IReadOnlyList<int> Grid { get; }

    /// <summary>Content channels Cx of one token.</summary>
    public abstract int ContentChannels { get; }

    /// <summary>Tokens of the input at its configured size.</summary>
    public int Tokens => Grid.Aggregate(1, (product, size) => checked(product * size));

    /// <summary>Channels of a token before padding: content and position.</summary>
    public int TokenChannels => ContentChannels + (Positions?.Channels ?? 0);

    internal abstract FourierPositions? Positions { get; }

    internal bool AlwaysMasked => MaskProbability == 1;
}

/// <summary>Pixels or square patches of an image, or of a video where <see cref="Frames"/> is set.</summary>
public sealed record ImageInput : InputConfig
{
    /// <summary>Frames of a video; null (default) for a still image, which has no time axis.</summary>
    public int? Frames { get; init; }

    /// <summary>Colour channels (default: 3).</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Height in pixels (required).</summary>
    public required int Height { get; init; }

    /// <summary>Width in pixels (required).</summary>
    public required int Width { get; init; }

    /// <summary>Side of a square patch in pixels (default: 1, every pixel a token).</summary>
    public int PatchSize { get; init; } = 1;

    /// <summary>Fourier bands an axis (default: 64).</summary>
    public int NumBands { get; init; } = 64;

    /// <summary>Resolution at which the highest band is the Nyquist frequency, an axis; null (default) takes the grid.</summary>
    public IReadOnlyList<int>? MaxResolution { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Grid =>
        Frames is int frames ? [frames, Height / PatchSize, Width / PatchSize] : [Height / PatchSize, Width / PatchSize];

    /// <inheritdoc/>
    public override int ContentChannels => Channels * PatchSize * PatchSize;

    internal override FourierPositions Positions => new(NumBands, MaxResolution ?? Grid);
}

/// <summary>Mono audio, cut into patches of consecutive samples.</summary>
public sealed record AudioInput : InputConfig
{
    /// <summary>Samples of the whole input (required).</summary>
    public required int Samples { get; init; }

    /// <summary>Samples of one token (default: 16).</summary>
    public int SamplesPerPatch { get; init; } = 16;

    /// <summary>Fourier bands (default: 192).</summary>
    public int NumBands { get; init; } = 192;

    /// <summary>Resolution at which the highest band is the Nyquist frequency; null (default) takes the number of samples, as Hugging Face does.</summary>
    public int? MaxResolution { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Grid => [Samples / SamplesPerPatch];

    /// <inheritdoc/>
    public override int ContentChannels => SamplesPerPatch;

    internal override FourierPositions Positions => new(NumBands, [MaxResolution ?? Samples]);
}

/// <summary>A numeric time series: one token a step, Fourier positions over time.</summary>
public sealed record SeriesInput : InputConfig
{
    /// <summary>Steps (required).</summary>
    public required int Steps { get; init; }

    /// <summary>Measured values a step (required).</summary>
    public required int Channels { get; init; }

    /// <summary>Fourier bands (default: 64).</summary>
    public int NumBands { get; init; } = 64;

    /// <summary>Resolution at which the highest band is the Nyquist frequency; null (default) takes the number of steps.</summary>
    public int? MaxResolution { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Grid => [Steps];

    /// <inheritdoc/>
    public override int ContentChannels => Channels;

    internal override FourierPositions Positions => new(NumBands, [MaxResolution ?? Steps]);
}

/// <summary>One token that holds a class as a one-hot row, without a position.</summary>
public sealed record OneHotInput : InputConfig
{
    /// <summary>Classes (required).</summary>
    public required int Classes { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Grid => [1];

    /// <inheritdoc/>
    public override int ContentChannels => Classes;

    internal override FourierPositions? Positions => null;
}
