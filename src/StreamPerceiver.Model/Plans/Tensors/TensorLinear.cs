using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>libtorch's linear layer. Its weight is converted to the plan's precision at load.</summary>
internal sealed class TensorLinear : Linear
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;

    public TensorLinear(Tensor weight, Tensor bias) : base(weight, bias, weight.size(1), weight.size(0)) => (_weight, _bias) = (weight, bias);

    public override Tensor Weight => _weight.alias();

    /// <summary>Makes a layer from copies of a weight (out, in) and a bias (out).</summary>
    public static TensorLinear Copy(Tensor weight, Tensor bias, Precision precision)
    {
        using IDisposable scope = NewDisposeScope();
        ScalarType type = precision == Precision.Float32 ? ScalarType.Float32 : ScalarType.BFloat16;
        return new TensorLinear(weight.to(type).clone().DetachFromDisposeScope(), bias.to(type).clone().DetachFromDisposeScope());
    }

    public override Tensor Forward(Tensor x, Tensor? plus = null)
    {
        Tensor y = nn.functional.linear(x.to(_weight.dtype), _weight, _bias); // (..., out)
        return plus is null ? y : plus.add(y, Scalars.One);
    }

    public override Tensor ForwardGelu(Tensor x) => nn.functional.gelu(Forward(x));
}
