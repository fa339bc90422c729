using StreamPerceiver.Model;
using static TorchSharp.torch;

namespace StreamPerceiver.Worker.Tests;

/// <summary>The plan of the kernels, which counts the queries that attend.</summary>
internal sealed class CountingPlan() : ExecutionPlan(CPU, Precision.Float32)
{
    private readonly ExecutionPlan _kernels = Kernels();

    /// <summary>The queries of each attention, over all windows of its batch, and its keys.</summary>
    public List<(long Queries, long Keys)> Attended { get; } = [];

    public override string Name => _kernels.Name;

    internal override ExecutionPlan ForOutputs => this;

    public override ExecutionPlan In(Precision precision) => this;

    internal override Linear MakeLinear(Tensor weight, Tensor bias) => _kernels.MakeLinear(weight, bias);

    internal override Tensor Normalise(Tensor x, Tensor weight, Tensor bias) => _kernels.Normalise(x, weight, bias);

    internal override Tensor Attend(Columns queries, Columns keys, Columns values, int heads, Tensor? hidden)
    {
        Attended.Add((queries.Rows * keys.Whole.size(0), keys.Rows));
        return _kernels.Attend(queries, keys, values, heads, hidden);
    }

    internal override bool ReadsInParts(PerceiverConfig config) => false;

    internal override SeparableCrossAttention MakeReader(SeparableWeights weights) => _kernels.MakeReader(weights);

    internal override SeparableQueries MakeQueries(LayerNorm norm, Linear query, Linear output, int heads)
        => _kernels.MakeQueries(norm, query, output, heads);

    internal override ITokenMeasure MakeMeasure(int channels, float[] sums, float[] squares) => _kernels.MakeMeasure(channels, sums, squares);
}
