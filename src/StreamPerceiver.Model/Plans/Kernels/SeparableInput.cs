using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>One input's part of <see cref="KernelCrossAttention"/>: what it needs of the grid is made once, for the last grid that came.</summary>
/// <param name="scores">What a channel of a normalised token counts in a latent's score, (H N, C).</param>
/// <param name="plan">How products run.</param>
internal sealed unsafe class SeparableInput(Tensor scores, ExecutionPlan plan) : IDisposable
{
    private const int Lanes = PanelProduct.Lanes;

    private TokenLayout? _layout;
    private Tensor? _queries;
    private Tensor? _placeScores;
    private AxisScores? _axes;

    /// <summary>Gathers.</summary>
    public GatheredTokens Gather(TokenParts parts)
    {
        if (_layout?.Grid.SequenceEqual(parts.Grid) != true) LayOut(parts);
        int batch = (int)parts.Batch, count = (int)parts.Count, lanes = (int)scores.size(0);
        Tensor? dense = parts.Dense()?.contiguous();                        // (B, M_m, K)
        int channels = (int)(dense?.size(2) ?? 0);
        (Tensor deviations, Tensor means) = _layout!.Measure(parts);        // (B, M_m)
        using Tensor? hidden = parts.Ignored?.to(ScalarType.Byte).contiguous();

        Tensor maximum = empty([batch, lanes]), sum = empty([batch, lanes]), weight = empty([batch, lanes, 1]), offset = empty([batch, lanes, 1]);
        Tensor values = empty([batch, lanes, channels]), places = empty([batch, lanes, _axes!.Sums]);
        var rows = new AttentionRows(count, 0, channels, channels, 0, channels, channels) { Terms = _axes, IsRounded = PairProduct.Runs(plan.Precision) };
        int panels = (lanes + Lanes - 1) / Lanes, group = PanelGroup.Size(rows, panels, batch), groups = (panels + group - 1) / group;
        ParallelTasks.Each(batch * groups, task =>
        {
            int b = task / groups, first = task % groups * group;
            nint content = dense is null ? 0 : Columns.Address(dense) + (nint)(sizeof(float) * (long)b * count * channels);
            AttentionRows own = rows with
            {
                Keys = content,
                Values = content,
                Factors = Columns.Address(deviations) + (sizeof(float) * b * count),
                Offsets = Columns.Address(means) + (sizeof(float) * b * count),
                Hidden = hidden is null ? 0 : Columns.Address(hidden) + (b * count),
            };
            PanelGroup.Run(own, first, Math.Min(group, panels - first), Queries, (panel, from) =>
            {
                int lane = panel * Lanes, width = Math.Min(Lanes, lanes - lane), at = (b * lanes) + lane;
                Turn(from.Maximum, 1, width, maximum, at);
                Turn(from.Sum, 1, width, sum, at);
                Turn(from.Weight, 1, width, weight, at);
                Turn(from.Offset, 1, width, offset, at);
                Turn(from.Values, channels, width, values, at);
                Turn(from.Sums, _axes.Sums, width, places, at);
            });
        });
        return new GatheredTokens(maximum, sum, _layout.Whole(values, places, weight, offset));
    }

    public void Dispose()
    {
        _layout?.Dispose();
        _queries?.Dispose();
        _placeScores?.Dispose();
    }

    private void LayOut(TokenParts parts)
    {
        Dispose();
        using IDisposable scope = NewDisposeScope();
        _layout = new TokenLayout(scores.size(1), parts, plan);
        _queries = Panels(_layout.OfDense(scores)).DetachFromDisposeScope(); // (panels, K, Lanes)
        _placeScores = Panels(_layout.OfPlaces(scores)).DetachFromDisposeScope(); // (panels, places, Lanes)
        _axes = new AxisScores(_layout.Axes, Columns.Address(_placeScores));
    }

    private void Queries(int panel, float* to)
    {
        int size = (int)_queries!.size(1) * Lanes;
        if (size > 0) new Span<float>((float*)Columns.Address(_queries) + ((long)panel * size), size).CopyTo(new Span<float>(to, size));
    }

    // (H N, n) into (panels, n, Lanes); lanes that no latent has are zero.
    private static Tensor Panels(Tensor rows)
    {
        long panels = (rows.size(0) + Lanes - 1) / Lanes;
        Tensor padded = cat([rows, zeros((panels * Lanes) - rows.size(0), rows.size(1))], 0);
        return padded.reshape(panels, Lanes, rows.size(1)).transpose(1, 2).contiguous();
    }

    // (rows, Lanes) of a panel into rows of (H N, rows).
    private static void Turn(float* from, int rows, int lanes, Tensor into, int at) =>
        Transposition.Run(from, Lanes, rows, lanes, (float*)Columns.Address(into) + ((long)at * rows), rows);
}
