using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// The plan of a training: libtorch's operations, as a GPU runs them in inference, on weights that have gradients. A model of this plan lives for one step. It
/// computes nothing beforehand, so that the gradient of every weight is found.
/// </summary>
/// <param name="device">The device.</param>
/// <param name="precision">The number format of dense products. Weights and their gradients are exact in any.</param>
/// <param name="exact">The number format of the weights.</param>
internal sealed class TrainingPlan(Device device, Precision precision, ScalarType exact) : TensorPlan(device, precision)
{
    public override string Name => "training";

    internal override bool IsTraining => true;

    internal override ScalarType ExactType => exact;

    public override ExecutionPlan In(Precision precision) => new TrainingPlan(Device, precision, exact);

    internal override Linear MakeLinear(Tensor weight, Tensor bias)
    {
        ScalarType type = Precision == Precision.Float32 ? exact : ScalarType.BFloat16;
        return new TensorLinear(weight.to(type).MoveToOuterDisposeScope(), bias.to(type).MoveToOuterDisposeScope());
    }

    internal override Tensor Normalise(Tensor x, Tensor weight, Tensor bias) => base.Normalise(x.to(exact), weight, bias);

    internal override bool ReadsInParts(PerceiverConfig config) => false;

    internal override bool AsksInParts => false;
}
