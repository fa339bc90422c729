using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>y = x Wᵀ + b over the last axis, with the weight stored (out, in), or (out, in, 1, 1) where it is a 1 x 1 convolution's.</summary>
internal sealed class Linear(WeightScope weights)
{
    private readonly Tensor _weight = weights.Get("weight");
    private readonly Tensor _bias = weights.Get("bias");

    public Tensor Forward(Tensor x) => nn.functional.linear(x, _weight.flatten(1), _bias); // (..., out)
}
