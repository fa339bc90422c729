using TorchSharp;
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

    private readonly Tensor _weight = weights.Get("weight");
    private readonly Tensor _bias = weights.Get("bias");

    /// <summary>Gamma.</summary>
    public Tensor Weight => _weight;

    /// <summary>Beta.</summary>
    public Tensor Bias => _bias;

    /// <summary>The norm of x (..., channels), for a product of a precision.</summary>
    public Tensor Forward(Tensor x, Precision precision = Precision.Float32) => x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32 // (..., channels)
        ? RowNorm.Run(x, _weight, _bias, Epsilon, precision)
        : nn.functional.layer_norm(x, _weight.shape, _weight, _bias, Epsilon);
}
