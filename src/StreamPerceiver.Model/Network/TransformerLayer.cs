using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Attention, then an MLP with exact (erf) GELU, each behind a norm. Only the attention's residual can be left out, as decoders do.</summary>
internal sealed class TransformerLayer(WeightScope weights, Attention attention, bool queryResidual)
{
    private readonly LayerNorm _norm = new(weights.At("layernorm"));
    private readonly Linear _widen = new(weights.At("mlp").At("dense1"));
    private readonly Linear _narrow = new(weights.At("mlp").At("dense2"));

    public static TransformerLayer Cross(WeightScope weights, int heads, bool queryResidual) =>
        new(weights, Attention.Cross(weights.At("attention"), heads), queryResidual);

    public static TransformerLayer Self(WeightScope weights, int heads) =>
        new(weights, Attention.Self(weights.At("attention"), heads), queryResidual: true);

    /// <summary>(B, Nq, Dq) from queries (B, Nq, Dq) and, in cross-attention, keys (B, Nk, Dk) with an optional mask (B, Nk).</summary>
    public Tensor Forward(Tensor x, Tensor? y = null, Tensor? ignored = null)
    {
        Tensor h = attention.Forward(x, y, ignored);                        // (B, Nq, Dq)
        if (queryResidual)
            h = h.add(x);                                                   // (B, Nq, Dq)
        Tensor hidden = nn.functional.gelu(_widen.Forward(_norm.Forward(h))); // (B, Nq, w Dq)
        return h.add(_narrow.Forward(hidden));                              // (B, Nq, Dq)
    }
}
