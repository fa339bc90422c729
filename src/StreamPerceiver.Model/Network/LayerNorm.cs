using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Layer norm over the last axis.</summary>
internal sealed class LayerNorm(WeightScope weights)
{
    private readonly ExecutionPlan _plan = weights.Plan;

    /// <summary>The scale gamma, (channels).</summary>
    public Tensor Weight { get; } = weights.Get("weight");

    /// <summary>The shift beta, (channels).</summary>
    public Tensor Bias { get; } = weights.Get("bias");

    /// <summary>Normalises x (..., channels) for a product of the plan's precision: (..., channels).</summary>
    public Tensor Forward(Tensor x) => _plan.Normalise(x, Weight, Bias);
}
