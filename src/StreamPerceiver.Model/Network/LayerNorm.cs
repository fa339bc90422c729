using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Layer norm over the last axis.</summary>
internal sealed class LayerNorm(WeightScope weights)
{
    private readonly Tensor _weight = weights.Get("weight");
    private readonly Tensor _bias = weights.Get("bias");

    /// <summary>Gamma.</summary>
    public Tensor Weight => _weight;

    /// <summary>Beta.</summary>
    public Tensor Bias => _bias;

    /// <summary>The norm of x (..., channels), for a product of a precision.</summary>
    public Tensor Forward(Tensor x, Precision precision = Precision.Float32) => x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32 // (..., channels)
        ? RowNorm.Run(x, _weight, _bias, RowNorm.Epsilon, precision)
        : nn.functional.layer_norm(x, _weight.shape, _weight, _bias, RowNorm.Epsilon);
}
