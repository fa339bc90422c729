namespace StreamPerceiver.Model;

/// <summary>
/// One input: its number of tokens, their content and their positions (arXiv:2107.14795, section 3.2). A linear layer, a convolution or an
/// embedding may make features of the content. Features and positions together are tokens.
/// </summary>
public abstract record InputConfig
{
    private protected InputConfig()
    {
    }

    /// <summary>
    /// Null (default): the input has no mask vector. 0: the mask vector is stored and not used. 1: the mask vector replaces every token, so that
    /// a call may leave out the content (Hugging Face's multimodal label at inference).
    /// </summary>
    public int? MaskProbability { get; init; }

    /// <summary>Trained positions; null (default) takes Fourier positions where the input has a grid.</summary>
    public TrainedPositions? TrainedPositions { get; init; }

    /// <summary>Whether positions are added to features of the same width, not appended to them (default: false).</summary>
    public bool AddPositions { get; init; }

    /// <summary>Sizes of the token grid's axes, slowest first; the product is the number of tokens.</summary>
    public abstract IReadOnlyList<int> Grid { get; }

    /// <summary>Sizes of the content grid's axes: those of the token grid, unless a convolution makes fewer tokens.</summary>
    public virtual IReadOnlyList<int> ContentGrid => Grid;

    /// <summary>Content channels Cx of one place of the grid.</summary>
    public abstract int ContentChannels { get; }

    /// <summary>Channels Cf of a token without its position.</summary>
    public virtual int FeatureChannels => ContentChannels;

    /// <summary>Tokens of the input at its configured size.</summary>
    public int Tokens => Product(Grid);

    /// <summary>Places of the content grid at the configured size; the number of tokens unless there is a convolution.</summary>
    public int ContentTokens => Product(ContentGrid);

    /// <summary>Channels of a token without padding: features and position.</summary>
    public int TokenChannels => FeatureChannels + (AddPositions ? 0 : PositionChannels);

    /// <summary>Channels of a position; 0 where the input has none.</summary>
    public int PositionChannels => TrainedPositions?.Width ?? Fourier?.Channels ?? 0;

    internal abstract FourierPositions? Fourier { get; }

    internal bool AlwaysMasked => MaskProbability == 1;

    /// <summary>Tells whether a call may bring content on this grid. Fourier positions fit any grid, a trained table only its own.</summary>
    internal virtual bool FitsGrid(IReadOnlyList<int> contentGrid) => TrainedPositions is null || contentGrid.SequenceEqual(ContentGrid);

    /// <summary>Returns the token grid of content on a grid.</summary>
    internal virtual IReadOnlyList<int> TokenGrid(IReadOnlyList<int> contentGrid) => contentGrid;

    private static int Product(IReadOnlyList<int> grid) => grid.Aggregate(1, (product, size) => checked(product * size));
}

/// <summary>Trained positions: a vector for every token.</summary>
/// <param name="Channels">Channels of the stored table.</param>
/// <param name="ProjectedChannels">Channels of a linear layer behind the table; null (default) for none.</param>
public sealed record TrainedPositions(int Channels, int? ProjectedChannels = null)
{
    /// <summary>Channels of a position in the token.</summary>
    public int Width => ProjectedChannels ?? Channels;
}
