using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>The plan of this assembly's kernels on the CPU. On a processor without bfloat16, linear layers of that precision are libtorch's.</summary>
internal sealed class KernelPlan(Precision precision) : ExecutionPlan(CPU, precision)
{
    // The cost of a score apart from its dot product, in channels of a dot product.
    private const int ScoreChannels = 8;

    public override string Name => PlanChoice.Kernels;

    internal override ExecutionPlan ForOutputs => this;

    public override ExecutionPlan In(Precision precision) => new KernelPlan(precision);

    internal override Linear MakeLinear(Tensor weight, Tensor bias) => Precision == Precision.Float32 || PairProduct.IsSupported
        ? PackedLinear.Pack(weight, bias, Precision)
        : TensorLinear.Copy(weight, bias, Precision);

    internal override Tensor Normalise(Tensor x, Tensor weight, Tensor bias) => RowNorm.Normalise(x, weight, bias, NormLimits.Epsilon, Precision);

    internal override Tensor Attend(Columns queries, Columns keys, Columns values, int heads, Tensor? hidden) =>
        FusedAttention.Attend(ToFloat32(queries), ToFloat32(keys), ToFloat32(values), heads, hidden, Precision);

    internal override bool ReadsInParts(PerceiverConfig config) => ModelCost.SeparableCross(config, ScoreChannels) < ModelCost.FirstCross(config);

    internal override SeparableCrossAttention MakeReader(SeparableWeights weights) => new KernelCrossAttention(weights, this);

    internal override SeparableQueries MakeQueries(LayerNorm norm, Linear query, Linear output, int heads) =>
        new KernelQueries(norm, query, output, heads, this);

    internal override ITokenMeasure MakeMeasure(int channels, float[] sums, float[] squares) => new KernelMeasure(channels, sums, squares);

    // The kernels read float32. Only libtorch's layers give another format.
    private static Columns ToFloat32(Columns columns) =>
        columns.Whole.dtype == ScalarType.Float32 ? columns : columns with { Whole = columns.Whole.to(ScalarType.Float32) };
}
