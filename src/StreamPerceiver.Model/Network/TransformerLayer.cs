using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Attention, then an MLP with exact (erf) GELU, each behind a norm. Only the attention's residual can be left out, as decoders do.</summary>
internal sealed class TransformerLayer(WeightScope weights, Attention attention, bool queryResidual)
{
    private readonly LayerNorm _norm = new(weights.At("layernorm"));
    private readonly Linear _widen = Linear.FromStored(weights.At("mlp").At("dense1"));
    private readonly Linear _narrow = Linear.FromStored(weights.At("mlp").At("dense2"));

    /// <summary>Cross-attention, with <see cref="Attention.Cross"/>.</summary>
    public static TransformerLayer Cross(WeightScope weights, int heads, bool queryResidual, bool isFolded = false) =>
        new(weights, Attention.Cross(weights.At("attention"), heads, isFolded), queryResidual);

    public static TransformerLayer Self(WeightScope weights, int heads) =>
        new(weights, Attention.Self(weights.At("attention"), heads), queryResidual: true);

    /// <summary>Whether the queries' rows are added to what they attended to.</summary>
    public bool AddsQueries => queryResidual;

    /// <summary>The MLP's second layer.</summary>
    public Linear Narrow => _narrow;

    /// <summary>The attention.</summary>
    public Attention Attention => attention;

    /// <summary>Self-attention: (B, N, D) from (B, N, D).</summary>
    public Tensor Forward(Tensor x)
    {
        using IDisposable scope = NewDisposeScope();
        return Mlp(attention.Forward(x, plus: x)).MoveToOuterDisposeScope(); // (B, N, D)
    }

    /// <summary>Cross-attention: (B, Nq, Dq) from queries (B, Nq, Dq) and keys (B, Nk, Dk), of which <paramref name="ignored"/> (B, Nk) are not seen.</summary>
    public Tensor Forward(Tensor x, Tensor y, Tensor? ignored)
    {
        using IDisposable scope = NewDisposeScope();
        return Finish(x, attention.Forward(attention.QueriesOf(x), attention.KeysOf(y), ignored)).MoveToOuterDisposeScope(); // (B, Nq, Dq)
    }

    /// <summary>Cross-attention to keys that are projected already: (B, Nq, Dq).</summary>
    public Tensor Forward(Tensor x, KeyValues keys)
    {
        using IDisposable scope = NewDisposeScope();
        return Finish(x, attention.Forward(attention.QueriesOf(x), keys)).MoveToOuterDisposeScope(); // (B, Nq, Dq)
    }

    /// <inheritdoc cref="Attention.KeysOf"/>
    public KeyValues KeysOf(Tensor y) => attention.KeysOf(y);

    /// <summary>What follows the attention: (B, Nq, Dq) from its queries' rows and what they attended to, both (B, Nq, Dq).</summary>
    public Tensor Finish(Tensor x, Tensor attended) => Mlp(Residual(x, attended));

    /// <summary>What the MLP reads, and adds to: (B, Nq, Dq).</summary>
    public Tensor Residual(Tensor? x, Tensor attended) => queryResidual ? x!.add(attended, Scalars.One) : attended.to(ScalarType.Float32);

    /// <summary>The MLP's inner layer, (B, Nq, w Dq).</summary>
    public Tensor Hidden(Tensor h) => _widen.ForwardGelu(_norm.Forward(h));

    private Tensor Mlp(Tensor h) => _narrow.Forward(Hidden(h), plus: h);    // (B, Nq, Dq)
}
