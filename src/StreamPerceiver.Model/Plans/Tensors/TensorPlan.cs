using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>The plan of libtorch's operations, on any device. The tests run it on the CPU, and a GPU runs the same code.</summary>
internal class TensorPlan(Device device, Precision precision) : ExecutionPlan(device, precision)
{
    // A score moves through memory about ten times. This is the cost, in channels of a dot product.
    private const int PassChannels = 64;

    public override string Name => PlanChoice.Tensors;

    internal override ExecutionPlan ForOutputs => In(Precision.Float32);

    public override ExecutionPlan In(Precision precision) => new TensorPlan(Device, precision);

    internal override Linear MakeLinear(Tensor weight, Tensor bias) => TensorLinear.Copy(weight, bias, Precision);

    internal override Tensor Normalise(Tensor x, Tensor weight, Tensor bias) =>
        nn.functional.layer_norm(x, [weight.size(0)], weight, bias, NormLimits.Epsilon);

    internal override Tensor Attend(Columns queries, Columns keys, Columns values, int heads, Tensor? hidden) =>
        TensorAttention.Attend(queries, keys, values, heads, hidden);

    internal override bool ReadsInParts(PerceiverConfig config) => ModelCost.SeparableCross(config, PassChannels) < ModelCost.FirstCross(config);

    internal override SeparableCrossAttention MakeReader(SeparableWeights weights) => new TensorCrossAttention(weights, this);

    internal override SeparableQueries MakeQueries(LayerNorm norm, Linear query, Linear output, int heads) =>
        new TensorQueries(norm, query, output, heads, this);

    internal override ITokenMeasure MakeMeasure(int channels, float[] sums, float[] squares) => new TensorMeasure(channels, sums, squares, Device);

    internal override void Wait()
    {
        if (Device.type == DeviceType.CUDA) cuda.synchronize(Device);
    }
}
