using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Layer norm over the last axis.</summary>
internal sealed class LayerNorm(WeightScope weights)
{
    // Hugging Face never reads its layer_norm_eps (1e-12): its norms run with the framework's default.
    public const double Epsilon = 1e-5;

    /// <summary>
    /// Numbers beyond it, whose squares overflow, must not come here: what is divided by an infinite deviation is zero, and the answer wrong but finite.
    /// </summary>
    public const float Most = 1e18f;

    private readonly ExecutionPlan _plan = weights.Plan;

    /// <summary>Gamma.</summary>
    public Tensor Weight { get; } = weights.Get("weight");

    /// <summary>Beta.</summary>
    public Tensor Bias { get; } = weights.Get("bias");

    /// <summary>Normalises x (..., channels) for a product of the plan's precision: (..., channels).</summary>
    public Tensor Forward(Tensor x) => _plan.Normalise(x, Weight, Bias);
}
