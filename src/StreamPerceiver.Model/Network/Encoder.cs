using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// Latents gather from all tokens, then talk among themselves (arXiv:2107.14795, section 3.1). Perceiver IO reads the tokens once; the first
/// Perceiver (arXiv:2103.03206) reads them again between its blocks.
/// </summary>
internal sealed class Encoder : IDisposable
{
    private readonly PerceiverConfig _config;
    private readonly Tensor _latents;
    private readonly InputSet _inputs;
    private readonly SeparableCrossAttention? _separable;

    /// <param name="config">Sizes.</param>
    /// <param name="weights">At the root.</param>
    /// <param name="inputs">Whose tokens are read.</param>
    /// <param name="separable">Whether the first cross-attention takes the tokens in parts.</param>
    public Encoder(PerceiverConfig config, WeightScope weights, InputSet inputs, bool separable)
    {
        (_config, _inputs) = (config, inputs);
        _latents = weights.Get(WeightKeys.Latents); // (N, D)
        Crosses =
        [
            .. Enumerable.Range(0, config.DistinctCrossAttends)
                .Select(i => TransformerLayer.Cross(weights.At(WeightKeys.CrossAttend(i)), config.NumCrossAttentionHeads, config.UseQueryResidual, isFolded: separable && i == 0)),
        ];
        Selfs =
        [
            .. Enumerable.Range(0, config.DistinctSelfAttends)
                .Select(i => TransformerLayer.Self(weights.At(WeightKeys.SelfAttend(i)), config.NumSelfAttentionHeads)),
        ];
        _separable = separable ? Crosses[0].Attention.Separate(_latents) : null;
    }

    /// <summary>The cross-attends that have weights of their own: all, or the first and one for the rest.</summary>
    public IReadOnlyList<TransformerLayer> Crosses { get; }

    /// <summary>The self-attention layers that have weights of their own: of all blocks, or of one for all.</summary>
    public IReadOnlyList<TransformerLayer> Selfs { get; }

    /// <summary>The latents before they have seen anything: (B, N, D).</summary>
    public Tensor Latents(long batch) => _latents.unsqueeze(0).expand(batch, -1, -1);

    /// <summary>Latents (B, N, D) of tokens (B, M, C); <paramref name="ignored"/> (B, M) is true where a token shall not be seen.</summary>
    public Tensor Forward(Tensor tokens, Tensor? ignored) =>
        Process(Crosses[0].Forward(Latents(tokens.size(0)), tokens, ignored), new Lazy<InputTokens>(() => new InputTokens(tokens, ignored)));

    /// <summary>Latents (B, N, D) of tokens in parts.</summary>
    public Tensor Forward(IReadOnlyList<TokenParts> parts)
    {
        var tokens = new Lazy<InputTokens>(() => _inputs.Join(parts));      // (B, M, C), (B, M)
        return Process(Read(parts, tokens), tokens);
    }

    /// <summary>The latents once they have read the tokens for the first time, (B, N, D).</summary>
    public Tensor Read(IReadOnlyList<TokenParts> parts, Lazy<InputTokens> tokens)
    {
        Tensor latents = Latents(parts[0].Batch);
        return _separable is null
            ? Crosses[0].Forward(latents, tokens.Value.Joined, tokens.Value.Ignored)
            : Crosses[0].Finish(latents, Crosses[0].Attention.Output(_separable.Forward(parts)));
    }

    /// <summary>What the latents make of it, (B, N, D).</summary>
    public Tensor Process(Tensor z, Lazy<InputTokens> tokens)
    {
        int blocksBetween = _config.NumBlocks / _config.NumCrossAttends;
        for (int block = 0; block < _config.NumBlocks; block++)
        {
            if (block > 0 && block % blocksBetween == 0)
                z = Crosses[Math.Min(block / blocksBetween, Crosses.Count - 1)].Forward(z, tokens.Value.Joined, tokens.Value.Ignored); // (B, N, D)
            int first = _config.ShareWeights ? 0 : block * _config.NumSelfAttendsPerBlock;
            for (int i = 0; i < _config.NumSelfAttendsPerBlock; i++)
                z = Selfs[first + i].Forward(z);                            // (B, N, D)
        }

        return z;                                                           // (B, N, D)
    }

    public void Dispose() => _separable?.Dispose();
}
