using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Attention, then an MLP with exact (erf) GELU, each after a norm. Decoders may leave out the residual of the attention.</summary>
internal sealed class TransformerLayer(WeightScope weights, Attention attention, bool queryResidual)
{
    private readonly LayerNorm _norm = new(weights.At("layernorm"));
    private readonly Linear _widen = Linear.FromStored(weights.At("mlp").At("dense1"));
    private readonly Linear _narrow = Linear.FromStored(weights.At("mlp").At("dense2"));

    /// <summary>Makes a layer with <see cref="Attention.Cross"/>.</summary>
    public static TransformerLayer Cross(WeightScope weights, int heads, bool queryResidual, bool isFolded = false) =>
        new(weights, Attention.Cross(weights.At("attention"), heads, isFolded), queryResidual);

    /// <summary>Makes a layer with <see cref="Attention.Self"/>.</summary>
    public static TransformerLayer Self(WeightScope weights, int heads) =>
        new(weights, Attention.Self(weights.At("attention"), heads), queryResidual: true);

    /// <summary>Whether the rows of the queries are added to the attention's result.</summary>
    public bool AddsQueries => queryResidual;

    /// <summary>The MLP's second layer.</summary>
    public Linear Narrow => _narrow;

    /// <summary>The attention of the layer.</summary>
    public Attention Attention => attention;

    /// <summary>Runs self-attention and the MLP on x (B, N, D): (B, N, D).</summary>
    public Tensor Forward(Tensor x)
    {
        using IDisposable scope = NewDisposeScope();
        return Mlp(attention.Forward(x, plus: x)).MoveToOuterDisposeScope(); // (B, N, D)
    }

    /// <summary>
    /// Runs cross-attention of x (B, Nq, Dq) to y (B, Nk, Dk), and the MLP: (B, Nq, Dq). <paramref name="ignored"/> (B, Nk) is true for a hidden row of y.
    /// </summary>
    public Tensor Forward(Tensor x, Tensor y, Tensor? ignored)
    {
        using IDisposable scope = NewDisposeScope();
        return Finish(x, attention.Forward(attention.ProjectQueries(x), attention.ProjectKeys(y), ignored)).MoveToOuterDisposeScope(); // (B, Nq, Dq)
    }

    /// <summary>Runs cross-attention of x (B, Nq, Dq) to projected keys, and the MLP: (B, Nq, Dq).</summary>
    public Tensor Forward(Tensor x, KeyValues keys)
    {
        using IDisposable scope = NewDisposeScope();
        return Finish(x, attention.Forward(attention.ProjectQueries(x), keys)).MoveToOuterDisposeScope(); // (B, Nq, Dq)
    }

    /// <inheritdoc cref="Attention.ProjectKeys"/>
    public KeyValues ProjectKeys(Tensor y) => attention.ProjectKeys(y);

    /// <summary>Adds the rows x to the attention's result, and runs the MLP, all (B, Nq, Dq).</summary>
    public Tensor Finish(Tensor x, Tensor attended) => Mlp(AddResidual(x, attended));

    /// <summary>Adds the rows x to the attention's result, unless the layer leaves out this residual: (B, Nq, Dq).</summary>
    public Tensor AddResidual(Tensor? x, Tensor attended) => queryResidual ? x!.add(attended, Scalars.One) : attended.to(weights.Plan.ExactType);

    /// <summary>Computes the MLP's inner layer, (B, Nq, w Dq).</summary>
    public Tensor Hidden(Tensor h) => _widen.ForwardGelu(_norm.Forward(h));

    private Tensor Mlp(Tensor h) => _narrow.Forward(Hidden(h), plus: h);    // (B, Nq, Dq)
}
