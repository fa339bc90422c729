using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>y = x Wᵀ + b over the last axis, with the weight stored (out, in).</summary>
internal sealed class Linear(WeightScope weights)
{
    private readonly Tensor _weight = weights.Get("weight");
    private readonly Tensor _bias = weights.Get("bias");

    public Tensor Forward(Tensor x) => nn.functional.linear(x, _weight, _bias); // (..., out)
}
