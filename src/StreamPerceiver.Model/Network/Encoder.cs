using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// Encodes tokens into latents: a cross-attention of the latents to the tokens, then self-attention (arXiv:2107.14795, section 3.1). The first
/// Perceiver (arXiv:2103.03206) has further cross-attention layers between its blocks.
/// </summary>
internal sealed class Encoder : IDisposable
{
    private readonly PerceiverConfig _config;
    private readonly Tensor _latents;
    private readonly InputSet _inputs;
    private readonly SeparableCrossAttention? _separable;

    /// <param name="config">Sizes.</param>
    /// <param name="weights">The model's weights at the root.</param>
    /// <param name="inputs">The model's inputs.</param>
    /// <param name="separable">Whether the first cross-attention takes the tokens in parts.</param>
    public Encoder(PerceiverConfig config, WeightScope weights, InputSet inputs, bool separable)
    {
        (_config, _inputs) = (config, inputs);
        _latents = weights.Get(WeightKeys.Latents); // (N, D)
        Crosses =
        [
            .. Enumerable.Range(0, config.DistinctCrossAttends)
                .Select(i => TransformerLayer.Cross(
                    weights.At(WeightKeys.CrossAttend(i)), config.NumCrossAttentionHeads, config.UseQueryResidual, isFolded: separable && i == 0)),
        ];
        Selfs =
        [
            .. Enumerable.Range(0, config.DistinctSelfAttends)
                .Select(i => TransformerLayer.Self(weights.At(WeightKeys.SelfAttend(i)), config.NumSelfAttentionHeads)),
        ];
        Layers = [.. Order()];
        _separable = separable ? Crosses[0].Attention.Separate(_latents) : null;
    }

    /// <summary>The cross-attention layers with weights of their own: all, or the first one and one that the others share.</summary>
    public IReadOnlyList<TransformerLayer> Crosses { get; }

    /// <summary>The self-attention layers with weights of their own: those of all blocks, or of one block that all share.</summary>
    public IReadOnlyList<TransformerLayer> Selfs { get; }

    /// <summary>The layers in the order in which they run, each with whether it reads the tokens. The first one does.</summary>
    public IReadOnlyList<(TransformerLayer Layer, bool ReadsTokens)> Layers { get; }

    /// <summary>Returns the trained latents for each window, (B, N, D).</summary>
    public Tensor Latents(long batch) => _latents.unsqueeze(0).expand(batch, -1, -1);

    /// <summary>Encodes tokens (B, M, C) into latents (B, N, D); <paramref name="ignored"/> (B, M) is true where a token is hidden.</summary>
    public Tensor Forward(Tensor tokens, Tensor? ignored) =>
        Process(Crosses[0].Forward(Latents(tokens.size(0)), tokens, ignored), new Lazy<InputTokens>(() => new InputTokens(tokens, ignored)));

    /// <summary>Encodes tokens in parts into latents (B, N, D).</summary>
    public Tensor Forward(IReadOnlyList<TokenParts> parts)
    {
        var tokens = new Lazy<InputTokens>(() => _inputs.Join(parts));      // (B, M, C), (B, M)
        return Process(AttendToInputs(parts, tokens), tokens);
    }

    /// <summary>Computes the first cross-attention of the latents to the tokens, (B, N, D).</summary>
    public Tensor AttendToInputs(IReadOnlyList<TokenParts> parts, Lazy<InputTokens> tokens)
    {
        Tensor latents = Latents(parts[0].Batch);
        return _separable is null
            ? Crosses[0].Forward(latents, tokens.Value.Joined, tokens.Value.Ignored)
            : Crosses[0].Finish(latents, Crosses[0].Attention.Output(_separable.Forward(parts)));
    }

    /// <summary>Runs the self-attention blocks, and further cross-attention layers, on latents z (B, N, D): (B, N, D).</summary>
    public Tensor Process(Tensor z, Lazy<InputTokens> tokens)
    {
        foreach ((TransformerLayer layer, bool readsTokens) in Layers.Skip(1))
            z = readsTokens ? layer.Forward(z, tokens.Value.Joined, tokens.Value.Ignored) : layer.Forward(z); // (B, N, D)
        return z;                                                           // (B, N, D)
    }

    public void Dispose() => _separable?.Dispose();

    private IEnumerable<(TransformerLayer Layer, bool ReadsTokens)> Order()
    {
        int blocksBetween = _config.NumBlocks / _config.NumCrossAttends;
        for (int block = 0; block < _config.NumBlocks; block++)
        {
            if (block % blocksBetween == 0) yield return (Crosses[Math.Min(block / blocksBetween, Crosses.Count - 1)], true);
            int first = _config.ShareWeights ? 0 : block * _config.NumSelfAttendsPerBlock;
            for (int i = 0; i < _config.NumSelfAttendsPerBlock; i++) yield return (Selfs[first + i], false);
        }
    }
}
