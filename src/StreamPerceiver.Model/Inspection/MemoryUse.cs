namespace StreamPerceiver.Model;

/// <summary>
/// What a model holds in memory in float32 while one window is computed the plain way, from its sizes alone. The kernels never keep scores.
/// Tokens, keys and values of an encoder that reads in parts are never made.
/// </summary>
/// <param name="What">What it is.</param>
/// <param name="Bytes">How much of it is there at once.</param>
public sealed record MemoryUse(string What, long Bytes)
{
    /// <summary>The large ones; what a layer makes beside them is smaller.</summary>
    /// <param name="c">Sizes.</param>
    public static IReadOnlyList<MemoryUse> Of(PerceiverConfig c)
    {
        long tokens = ModelCost.Tokens(c);
        long queries = c.Outputs.Max(o => Math.Min(QueriedAdapter.MostRows, ModelCost.Queries(c, o.Key, o.Value, null)));
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
