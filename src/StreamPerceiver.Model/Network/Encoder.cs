using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Latents gather from all tokens once, then talk among themselves; every block runs the same layers (arXiv:2107.14795, section 3.1).</summary>
internal sealed class Encoder
{
    private readonly int _blocks;
    private readonly Tensor _latents;
    private readonly TransformerLayer _cross;
    private readonly TransformerLayer[] _selfs;

    /// <param name="config">Sizes.</param>
    /// <param name="weights">At "perceiver.".</param>
    public Encoder(PerceiverConfig config, WeightScope weights)
    {
        WeightScope encoder = weights.At("encoder");
        _blocks = config.NumBlocks;
        _latents = weights.At("embeddings").Get("latents"); // (N, D)
        _cross = TransformerLayer.Cross(encoder.At("cross_attention"), config.NumCrossAttentionHeads, config.UseQueryResidual);
        _selfs =
        [
            .. Enumerable.Range(0, config.NumSelfAttendsPerBlock)
                .Select(i => TransformerLayer.Self(encoder.At("self_attends").At($"{i}"), config.NumSelfAttentionHeads)),
        ];
    }

    /// <summary>Latents (B, N, D) of tokens (B, M, C); <paramref name="ignored"/> (B, M) is true where a token shall not be seen.</summary>
    public Tensor Forward(Tensor tokens, Tensor? ignored)
    {
        Tensor z = _latents.unsqueeze(0).expand(tokens.shape[0], -1, -1);   // (B, N, D)
        z = _cross.Forward(z, tokens, ignored);                             // (B, N, D)
        for (int block = 0; block < _blocks; block++)
        {
            foreach (TransformerLayer layer in _selfs)
                z = layer.Forward(z);                                       // (B, N, D)
        }

        return z;                                                           // (B, N, D)
    }
}
