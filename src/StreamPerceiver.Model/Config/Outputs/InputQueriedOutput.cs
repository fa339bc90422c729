namespace StreamPerceiver.Model;

/// <summary>An output whose queries are the tokens of an input: one answer for each token (arXiv:2107.14795, sections 4.2 and 4.4).</summary>
public abstract record InputQueriedOutput : OutputConfig
{
    private protected InputQueriedOutput()
    {
    }

    /// <summary>The input whose tokens (features and positions) are the queries (required).</summary>
    public required string Input { get; init; }

    /// <inheritdoc/>
    public override int QueryChannels(IReadOnlyDictionary<string, InputConfig> inputs) => inputs[Input].TokenChannels;
}

/// <summary>Values at every token of an input, such as the optical flow of every pixel. (B, grid of the input, Channels).</summary>
public sealed record DenseInputOutput : InputQueriedOutput
{
    /// <summary>Numbers for each token (default: 2, flow along x and y).</summary>
    public int Channels { get; init; } = 2;

    /// <summary>Divisor of the decoder's answers (default: 1; Hugging Face's flow: 100).</summary>
    public int Divisor { get; init; } = 1;

    /// <inheritdoc/>
    public override int HeadChannels => Channels;
}

/// <summary>
/// An embedding of every entity of a set, (B, M, Channels), with zeros for masked entities (AlphaStar's entity encoder; arXiv:2107.14795, section 4.4).
/// Where <see cref="PooledChannels"/> is set, a second output, named with ".pooled", embeds the unmasked entities together: (B, PooledChannels).
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
