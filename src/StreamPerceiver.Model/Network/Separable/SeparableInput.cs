using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>One input's part of <see cref="SeparableCrossAttention"/>: what it needs of the grid is made once, for the last grid that came.</summary>
/// <param name="scores">What a channel of a normalised token counts in a latent's score, (H N, C).</param>
internal sealed unsafe class SeparableInput(Tensor scores) : IDisposable
{
    private const int Lanes = PanelProduct.Lanes;
    private const int StatisticsRows = 4096;

    private SeparableLayout? _layout;

    /// <summary>Gathers.</summary>
    public GatheredTokens Gather(TokenParts parts)
    {
        if (_layout?.Fits(parts) != true)
        {
            _layout?.Dispose();
            _layout = new SeparableLayout(scores, parts);
        }

        SeparableLayout layout = _layout;
        int batch = (int)parts.Batch, count = (int)parts.Count, lanes = (int)scores.shape[0];
        Tensor? dense = parts.Dense()?.contiguous();                        // (B, M_m, K)
        int channels = (int)(dense?.shape[2] ?? 0);
        Tensor deviations = empty([batch, count]), means = empty([batch, count]);
        Measure(parts, layout, deviations, means);
        using Tensor? hidden = parts.Ignored?.to(ScalarType.Byte).contiguous();

        Tensor maximum = empty([batch, lanes]), sum = empty([batch, lanes]), weight = empty([batch, lanes, 1]), offset = empty([batch, lanes, 1]);
        Tensor values = empty([batch, lanes, channels]), places = empty([batch, lanes, layout.Axes.Places]);
        var rows = new AttentionRows(count, 0, channels, channels, 0, channels, channels) { Places = layout.Axes };
        int panels = (lanes + Lanes - 1) / Lanes, group = PanelGroup.Size(rows, panels, batch), groups = (panels + group - 1) / group;
        PanelGroup.Each(batch * groups, task =>
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
            PanelGroup.Run(own, Math.Min(group, panels - first), layout.PlaceScores(first), (p, to) => layout.CopyQueries(first + p, to), (p, from) =>
            {
                int lane = (first + p) * Lanes, width = Math.Min(Lanes, lanes - lane), at = (b * lanes) + lane;
                Turn(from.Maximum, 1, width, maximum, at);
                Turn(from.Sum, 1, width, sum, at);
                Turn(from.Weight, 1, width, weight, at);
                Turn(from.Offset, 1, width, offset, at);
                Turn(from.Values, channels, width, values, at);
                Turn(from.Places, layout.Axes.Places, width, places, at);
            });
        });
        return new GatheredTokens(maximum, sum, layout.Whole(values, places, weight, offset));
    }

    public void Dispose() => _layout?.Dispose();

    private static void Measure(TokenParts parts, SeparableLayout layout, Tensor deviations, Tensor means)
    {
        float* deviation = (float*)Columns.Address(deviations), mean = (float*)Columns.Address(means);
        int batch = (int)parts.Batch, count = (int)parts.Count;
        for (int b = 0; b < batch; b++, deviation += count, mean += count)
        {
            for (int first = 0; first < count; first += StatisticsRows)
            {
                using IDisposable scope = NewDisposeScope();
                int rows = Math.Min(StatisticsRows, count - first);
                Tensor? content = parts.Content?.narrow(0, b, 1).narrow(1, first, rows); // (1, rows, Cx)
                Tensor? features = (content is null ? null : parts.Linear?.Forward(content) ?? content)?.contiguous(); // (1, rows, Cf)
                float* row = features is null ? null : (float*)Columns.Address(features);
                int width = (int)(features?.shape[2] ?? 0), from = first, to = b;
                int piece = (rows + 15) / 16;
                float* d = deviation + first, m = mean + first;
                PanelGroup.Each(16, task =>
                {
                    int start = Math.Min(rows, task * piece);
                    layout.Statistics.Measure(row + ((long)start * width), width, from + start, Math.Min(piece, rows - start), d + start, m + start);
                });
            }
        }
    }

    // (rows, Lanes) of a panel into rows of (H N, rows).
    private static void Turn(float* from, int rows, int lanes, Tensor into, int at)
    {
        float* to = (float*)Columns.Address(into) + ((long)at * rows);
        for (int lane = 0; lane < lanes; lane++)
            for (int row = 0; row < rows; row++) to[((long)lane * rows) + row] = from[(row * Lanes) + lane];
    }
}
