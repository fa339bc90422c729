using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>A linear layer whose weight is packed for this assembly's kernel.</summary>
internal sealed class PackedLinear : Linear
{
    private readonly PackedMatrix _matrix;

    private PackedLinear(Tensor panels, Tensor bias, long inputs, long outputs) : base(panels, bias, inputs, outputs) =>
        _matrix = new PackedMatrix(panels, bias, inputs, outputs);

    public override Tensor Weight => _matrix.Unpack();

    /// <summary>Packs a weight (out, in) and a bias (out).</summary>
    public static PackedLinear Pack(Tensor weight, Tensor bias, Precision precision)
    {
        using IDisposable scope = NewDisposeScope();
        return new PackedLinear(
            PackedMatrix.Pack(weight, precision).DetachFromDisposeScope(),
            PackedMatrix.PackBias(bias).DetachFromDisposeScope(),
            weight.size(1),
            weight.size(0));
    }

    public override Tensor Forward(Tensor x, Tensor? plus = null) => _matrix.Product(x, plus);

    public override Tensor ForwardGelu(Tensor x) => _matrix.Product(x, gelu: true);
}
