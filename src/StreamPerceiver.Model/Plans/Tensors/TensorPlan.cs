using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>libtorch's operations, on any device. The tests run them on the CPU, and a GPU runs the same code.</summary>
internal sealed class TensorPlan(Device device, Precision precision) : ExecutionPlan(device, precision)
{
    public override string Name => PlanChoice.Tensors;

    public override ExecutionPlan In(Precision precision) => new TensorPlan(Device, precision);

    internal override Linear MakeLinear(Tensor weight, Tensor bias) => TensorLinear.Copy(weight, bias, Precision);

    internal override Tensor Normalise(Tensor x, Tensor weight, Tensor bias) => nn.functional.layer_norm(x, [weight.size(0)], weight, bias, LayerNorm.Epsilon);

    internal override Tensor Attend(Columns queries, Columns keys, Columns values, int heads, Tensor? hidden) =>
        TensorAttention.Run(queries, keys, values, heads, hidden);

    internal override bool ReadsInParts(PerceiverConfig config) => false;

    internal override SeparableCrossAttention MakeReader(SeparableWeights weights) => throw new NotSupportedException();

    internal override SeparableQueries? MakeQueries(LayerNorm norm, Linear query, Linear output, int heads) => null;

    internal override ITokenMeasure MakeMeasure(int channels, float[] sums, float[] squares) => throw new NotSupportedException();

    internal override void Wait()
    {
        if (Device.type == DeviceType.CUDA) cuda.synchronize(Device);
    }
}
