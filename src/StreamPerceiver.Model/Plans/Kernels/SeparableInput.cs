using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>One input's part of <see cref="KernelCrossAttention"/>. Its tables of the grid are kept until a call brings another grid.</summary>
/// <param name="scores">Score vectors: coefficients of a normalised token's channels in a latent's score, (H N, C).</param>
/// <param name="plan">The model's plan.</param>
internal sealed unsafe class SeparableInput(Tensor scores, ExecutionPlan plan) : IDisposable
{
    private const int Lanes = PanelProduct.Lanes;

    private TokenLayout? _layout;
    private Tensor? _queries;
    private Tensor? _placeScores;
    private AxisScores? _axes;

    /// <summary>Computes the weighted sums of the input's tokens for all latents.</summary>
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
        var rows = new AttentionRows(count, 0, channels, channels, 0, channels, channels) { Terms = _axes, IsRounded = PairProduct.IsUsedFor(plan.Precision) };
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
            PanelGroup.Attend(own, first, Math.Min(group, panels - first), CopyQueries, (panel, from) =>
            {
                int lane = panel * Lanes, width = Math.Min(Lanes, lanes - lane), at = (b * lanes) + lane;
                WriteRows(from.Maximum, 1, width, maximum, at);
                WriteRows(from.Sum, 1, width, sum, at);
                WriteRows(from.Weight, 1, width, weight, at);
                WriteRows(from.Offset, 1, width, offset, at);
                WriteRows(from.Values, channels, width, values, at);
                WriteRows(from.Sums, _axes.Sums, width, places, at);
            });
        });
        return new GatheredTokens(maximum, sum, _layout.ToWholeTokens(values, places, weight, offset));
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
        _queries = ToPanels(_layout.ScoresOfDense(scores)).DetachFromDisposeScope(); // (panels, K, Lanes)
        _placeScores = ToPanels(_layout.ScoresOfPlaces(scores)).DetachFromDisposeScope(); // (panels, places, Lanes)
        _axes = new AxisScores(_layout.Axes, Columns.Address(_placeScores));
    }

    private void CopyQueries(int panel, float* to)
    {
        int size = (int)_queries!.size(1) * Lanes;
        if (size > 0) new Span<float>((float*)Columns.Address(_queries) + ((long)panel * size), size).CopyTo(new Span<float>(to, size));
    }

    // Arranges rows (H N, n) as (panels, n, Lanes). The last panel's unused lanes are zero.
    private static Tensor ToPanels(Tensor rows)
    {
        long panels = (rows.size(0) + Lanes - 1) / Lanes;
        Tensor padded = cat([rows, zeros((panels * Lanes) - rows.size(0), rows.size(1))], 0);
        return padded.reshape(panels, Lanes, rows.size(1)).transpose(1, 2).contiguous();
    }

    // Transposes numbers (rows, Lanes) of a panel into rows of a tensor (H N, rows).
    private static void WriteRows(float* from, int rows, int lanes, Tensor into, int at) =>
        Transposition.Transpose(from, Lanes, rows, lanes, (float*)Columns.Address(into) + ((long)at * rows), rows);
}
