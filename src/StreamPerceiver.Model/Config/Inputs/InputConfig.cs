namespace StreamPerceiver.Model;

/// <summary>
/// One input: how many tokens it has, what a token holds, and where it lies (arXiv:2107.14795, section 3.2). Content becomes features (by a
/// linear layer, a convolution or an embedding, or as it is), features and positions become tokens.
/// </summary>
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

    /// <summary>Trained positions; null (default) takes Fourier positions where the input has a grid.</summary>
    public TrainedPositions? TrainedPositions { get; init; }

    /// <summary>Whether positions are added to the features (which must be as wide) instead of standing beside them (default: false).</summary>
    public bool AddPositions { get; init; }

    /// <summary>Sizes of the axes along which tokens lie, slowest first; their product is the number of tokens.</summary>
    public abstract IReadOnlyList<int> Grid { get; }

    /// <summary>Sizes of the axes along which content lies: those of the tokens, unless a convolution makes fewer tokens of it.</summary>
    public virtual IReadOnlyList<int> ContentGrid => Grid;

    /// <summary>Content channels Cx of one place: what is measured there.</summary>
    public abstract int ContentChannels { get; }

    /// <summary>Channels of a token before its position: what the content's layer makes of it.</summary>
    public virtual int FeatureChannels => ContentChannels;

    /// <summary>Tokens of the input at its configured size.</summary>
    public int Tokens => Product(Grid);

    /// <summary>Places of content at the configured size; as many as tokens unless there is a convolution.</summary>
    public int ContentTokens => Product(ContentGrid);

    /// <summary>Channels of a token before padding: features and position.</summary>
    public int TokenChannels => FeatureChannels + (AddPositions ? 0 : PositionChannels);

    /// <summary>Channels of a position; 0 where the input has none.</summary>
    public int PositionChannels => TrainedPositions?.Width ?? Fourier?.Channels ?? 0;

    internal abstract FourierPositions? Fourier { get; }

    internal bool AlwaysMasked => MaskProbability == 1;

    /// <summary>Whether a call may bring a grid of its own: Fourier positions stretch, a trained table does not.</summary>
    internal virtual bool FitsGrid(IReadOnlyList<int> contentGrid) => TrainedPositions is null || contentGrid.SequenceEqual(ContentGrid);

    /// <summary>The grid of the tokens that content on a grid makes.</summary>
    internal virtual IReadOnlyList<int> TokenGrid(IReadOnlyList<int> contentGrid) => contentGrid;

    private static int Product(IReadOnlyList<int> grid) => grid.Aggregate(1, (product, size) => checked(product * size));
}

/// <summary>A trained vector for every token.</summary>
/// <param name="Channels">Channels of the stored table.</param>
/// <param name="ProjectedChannels">Channels of a linear layer behind the table; null (default) for none.</param>
public sealed record TrainedPositions(int Channels, int? ProjectedChannels = null)
{
    /// <summary>Channels that reach the token.</summary>
    public int Width => ProjectedChannels ?? Channels;
}
