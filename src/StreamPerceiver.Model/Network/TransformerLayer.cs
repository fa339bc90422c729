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

    /// <summary>Self-attention: (B, N, D) from (B, N, D).</summary>
    public Tensor Forward(Tensor x)
    {
        using IDisposable scope = NewDisposeScope();
        return Mlp(x, attention.Forward(x)).MoveToOuterDisposeScope();      // (B, N, D)
    }

    /// <summary>Cross-attention: (B, Nq, Dq) from queries (B, Nq, Dq) and keys (B, Nk, Dk), of which <paramref name="ignored"/> (B, Nk) are not seen.</summary>
    public Tensor Forward(Tensor x, Tensor y, Tensor? ignored)
    {
        using IDisposable scope = NewDisposeScope();
        return Mlp(x, attention.Forward(x, attention.KeysOf(y), ignored)).MoveToOuterDisposeScope(); // (B, Nq, Dq)
    }

    /// <summary>Cross-attention to keys that are projected already: (B, Nq, Dq).</summary>
    public Tensor Forward(Tensor x, KeyValues keys)
    {
        using IDisposable scope = NewDisposeScope();
        return Mlp(x, attention.Forward(x, keys)).MoveToOuterDisposeScope(); // (B, Nq, Dq)
    }

    /// <inheritdoc cref="Attention.KeysOf"/>
    public KeyValues KeysOf(Tensor y) => attention.KeysOf(y);

    private Tensor Mlp(Tensor x, Tensor attended)
    {
        Tensor h = queryResidual ? attended.add(x) : attended;              // (B, Nq, Dq)
        Tensor hidden = nn.functional.gelu(_widen.Forward(_norm.Forward(h))); // (B, Nq, w Dq)
        return h.add(_narrow.Forward(hidden));                              // (B, Nq, Dq)
    }
}
