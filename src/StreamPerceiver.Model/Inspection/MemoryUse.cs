namespace StreamPerceiver.Model;

/// <summary>
/// The memory of one kind of array for one window in float32, with every token, key and value computed whole. The kernels need less: they keep no
/// scores, and an encoder that takes tokens in parts makes no whole tokens, keys or values.
/// </summary>
/// <param name="What">Name of the kind of array.</param>
/// <param name="Bytes">Bytes at the same time.</param>
public sealed record MemoryUse(string What, long Bytes)
{
    /// <summary>Estimates the memory of the large arrays from a model's sizes. A layer's other arrays are smaller.</summary>
    /// <param name="c">Sizes.</param>
    public static IReadOnlyList<MemoryUse> Estimate(PerceiverConfig c)
    {
        long tokens = ModelCost.Tokens(c);
        long queries = c.Outputs.Max(o => Math.Min(QueriedAdapter.MostRows, ModelCost.Queries(c, o.Key)));
        int queryChannels = c.JoinedOutputs.Any() ? c.JoinedQueryChannels : c.Outputs.Values.Max(o => o.QueryChannels(c.Inputs));
        return
        [
            new("weights", Floats(ParameterList.For(c).Sum(p => p.Count))),
            new("tokens", Floats(tokens * c.InputChannels)),
            new("encoder keys and values", Floats(tokens * (c.CrossQkChannels + c.CrossVChannels))),
            new("encoder scores at once", Scores(c.NumCrossAttentionHeads, c.NumLatents, tokens)),
            new("self-attention scores at once", Scores(c.NumSelfAttentionHeads, c.NumLatents, c.NumLatents)),
            new("decoder queries at once", Floats(queries * queryChannels)),
            new("decoder scores at once", Scores(c.Outputs.Values.Max(o => o.Decoder?.Heads ?? 1), queries, c.NumLatents)),
        ];
    }

    private static long Floats(long count) => sizeof(float) * count;

    private static long Scores(long heads, long queries, long keys) =>
        Floats(Math.Min(heads * queries * keys, Math.Max(TensorAttention.MostScores, heads * keys)));
}
