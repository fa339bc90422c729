namespace StreamPerceiver.Model;

/// <summary>What one output costs for one window, beside what <see cref="ModelCost.CountCommon"/> counts for all outputs together.</summary>
/// <param name="Queries">Queries that are decoded. The mean of the latents has none.</param>
/// <param name="Flops">Arithmetic, as <see cref="ModelCost.CountOutput"/> counts.</param>
/// <param name="DecoderBytes">
/// Bytes of the rows that the decoder makes of these queries in float32: the queries, their projections, the sums of values, the rows of the layer's three
/// steps, and the numbers. A decoder takes at most 16,384 queries at a time. Scores are not counted, since the kernels keep none.
/// </param>
public sealed record OutputCost(long Queries, long Flops, long DecoderBytes)
{
    // Of as wide rows as the queries': the queries, the attention's result, its norm.
    private const int QueryRows = 3;

    /// <summary>Counts the cost of one output from a model's sizes.</summary>
    /// <param name="c">Sizes.</param>
    /// <param name="name">The output.</param>
    /// <param name="points">Number of points to compute; null (default): the output is computed whole.</param>
    public static OutputCost Of(PerceiverConfig c, string name, int? points = null)
    {
        long queries = ModelCost.Queries(c, name, points);
        long rows = Math.Min(queries, QueriedAdapter.MostRows);
        return new(queries, ModelCost.CountOutput(c, name, points), sizeof(float) * rows * RowNumbers(c, c.Outputs[name]));
    }

    private static long RowNumbers(PerceiverConfig c, OutputConfig output)
    {
        if (output is MeanOutput) return 0;
        DecoderConfig decoder = output.Decoder ?? new DecoderConfig();
        int e = output.Decoder is null ? c.JoinedQueryChannels : output.QueryChannels(c.Inputs);
        (long qk, long v) = ModelCost.DecoderChannels(c, e, decoder);
        return ((QueryRows + decoder.WideningFactor) * (long)e) + qk + v + output.HeadChannels;
    }
}
