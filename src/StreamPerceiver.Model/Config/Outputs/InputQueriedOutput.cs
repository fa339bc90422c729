namespace StreamPerceiver.Model;

/// <summary>An output whose queries are the tokens of an input: one answer a token (arXiv:2107.14795, sections 4.2 and 4.4).</summary>
public abstract record InputQueriedOutput : OutputConfig
{
    private protected InputQueriedOutput()
    {
    }

    /// <summary>The input whose tokens (features and positions) ask (required).</summary>
    public required string Input { get; init; }

    /// <inheritdoc/>
    public override int QueryChannels(IReadOnlyDictionary<string, InputConfig> inputs) => inputs[Input].TokenChannels;
}

/// <summary>Values at every token of an input, such as the optical flow of every pixel. (B, grid of the input, Channels).</summary>
public sealed record DenseInputOutput : InputQueriedOutput
{
    /// <summary>Numbers a token (default: 2, flow along x and y).</summary>
    public int Channels { get; init; } = 2;

    /// <summary>What the decoder's answer is divided by (default: 1; Hugging Face's flow: 100).</summary>
    public int Divisor { get; init; } = 1;

    /// <inheritdoc/>
    public override int HeadChannels => Channels;
}

/// <summary>
/// An embedding of every entity of a set, (B, M, Channels), zero where an entity is masked; and where <see cref="PooledChannels"/> is set, one of
/// all that are not, (B, PooledChannels), under the output's name with ".pooled" (AlphaStar's entity encoder; arXiv:2107.14795, section 4.4).
/// </summary>
public sealed record EntityOutput : InputQueriedOutput
{
    /// <summary>Channels of an entity's embedding (default: 256).</summary>
    public int Channels { get; init; } = 256;

    /// <summary>Channels of the pooled embedding; null (default) for none.</summary>
    public int? PooledChannels { get; init; }

    /// <inheritdoc/>
    public override int HeadChannels => Channels;
}
