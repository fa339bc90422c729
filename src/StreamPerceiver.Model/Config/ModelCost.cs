namespace StreamPerceiver.Model;

/// <summary>The arithmetic of one part of a model for one window.</summary>
/// <param name="Part">The part's name.</param>
/// <param name="Flops">
/// Floating-point operations of the part's matrix products: two for a multiplication and an addition. Norms, softmax and activations are not counted.
/// </param>
public sealed record PartCost(string Part, long Flops);

/// <summary>
/// Counts a model's arithmetic from its sizes, with every token, key and value computed whole: O((M + O + layers N) N) for M input tokens,
/// O output queries and N latents (arXiv:2107.14795, section 3.1).
/// </summary>
public static class ModelCost
{
    /// <summary>Counts the arithmetic of each part, in the order in which the parts run.</summary>
    /// <param name="c">Sizes.</param>
    /// <param name="points">Number of points to compute, by name of a dense output; an output without a number counts whole.</param>
    public static IReadOnlyList<PartCost> CountParts(PerceiverConfig c, IReadOnlyDictionary<string, int>? points = null)
    {
        List<PartCost> parts =
        [
            new("inputs", c.Inputs.Values.Sum(Input)),
            new("encoder cross-attention", c.NumCrossAttends * Layer(
                c.NumLatents, Tokens(c), c.DLatents, c.InputChannels, c.CrossQkChannels, c.CrossVChannels, c.CrossAttentionWideningFactor)),
            new("self-attention", (long)c.NumBlocks * c.NumSelfAttendsPerBlock * Layer(
                c.NumLatents, c.NumLatents, c.DLatents, c.DLatents, c.SelfQkChannels, c.SelfVChannels, c.SelfAttentionWideningFactor)),
        ];
        if (c.JoinedOutputs.Any())
            parts.AddRange(Shared(c, points));
        parts.AddRange(c.Outputs.Where(o => o.Value.Decoder is not null || o.Value is MeanOutput).Select(o => Own(c, o.Key, o.Value, points)));
        return parts;
    }

    /// <summary>Counts the encoder tokens M of all inputs at their configured sizes.</summary>
    public static long Tokens(PerceiverConfig c) => c.Inputs.Values.Sum(i => (long)i.Tokens);

    /// <summary>Counts the queries of an output.</summary>
    public static long Queries(PerceiverConfig c, string name, OutputConfig output, IReadOnlyDictionary<string, int>? points) => output switch
    {
        DenseOutput dense => points?.GetValueOrDefault(name, dense.Points) ?? dense.Points,
        InputQueriedOutput queried => c.Inputs[queried.Input].Tokens,
        _ => output.TrainedQueries ?? 1,
    };

    /// <summary>Counts the encoder's first cross-attention up to its output layer, over whole tokens.</summary>
    internal static long FirstCross(PerceiverConfig c)
        => 2 * ((Tokens(c) * c.InputChannels) + (c.NumLatents * Tokens(c))) * (c.CrossQkChannels + c.CrossVChannels);

    /// <summary>Counts the same attention over tokens in parts: scores and sums of the content, then the values of the weighted sums.</summary>
    /// <param name="c">Sizes.</param>
    /// <param name="scoreChannels">Cost of a score apart from its dot product, in channels of a dot product.</param>
    internal static long SeparableCross(PerceiverConfig c, int scoreChannels)
    {
        long queries = (long)c.NumCrossAttentionHeads * c.NumLatents;
        long tokens = c.Inputs.Values.Sum(i => 4L * i.Tokens * (scoreChannels + DenseChannels(i)));
        return (tokens + (2L * c.InputChannels * c.CrossVChannels / c.NumCrossAttentionHeads)) * queries;
    }

    // Channels that differ from token to token: content and trained positions. Fourier positions are separated by axis.
    private static long DenseChannels(InputConfig input)
    {
        bool folds = input is ImageInput { LinearChannels: not null, StemChannels: null } or SetInput { LinearChannels: not null };
        long content = input.AlwaysMasked ? 0 : folds && !input.AddPositions ? input.ContentChannels : input.FeatureChannels;
        return content + (input is { AlwaysMasked: false, AddPositions: false, TrainedPositions: { } trained } ? trained.Width : 0);
    }

    private static long Input(InputConfig input) => input switch
    {
        ImageInput { StemChannels: int stem } image => 2L * ((image.ContentGrid[0] + 1) / 2) * ((image.ContentGrid[1] + 1) / 2) * stem * 7 * 7 * image.Channels,
        ImageInput { LinearChannels: not null } or SetInput { LinearChannels: not null } => 2L * input.Tokens * input.ContentChannels * input.FeatureChannels,
        _ => 0,
    } + (input.TrainedPositions is { ProjectedChannels: int projected } trained ? 2L * input.Tokens * trained.Channels * projected : 0);

    private static IEnumerable<PartCost> Shared(PerceiverConfig c, IReadOnlyDictionary<string, int>? points)
    {
        int e = c.JoinedQueryChannels;
        long queries = c.JoinedOutputs.Sum(o => Queries(c, o.Key, o.Value, points));
        yield return new("shared decoder", Cross(c, queries, e, new DecoderConfig()) + (2L * queries * e * c.OutputNumChannels));
        yield return new("heads", c.JoinedOutputs.Sum(o => 2L * Queries(c, o.Key, o.Value, points) * c.OutputNumChannels * o.Value.HeadChannels));
    }

    private static PartCost Own(PerceiverConfig c, string name, OutputConfig output, IReadOnlyDictionary<string, int>? points)
    {
        long queries = Queries(c, name, output, points);
        int e = output.Decoder is null ? c.DLatents : output.QueryChannels(c.Inputs);
        long head = 2L * queries * e * output.HeadChannels;
        long pooled = output is EntityOutput { PooledChannels: int channels } ? 2L * e * channels : 0;
        return new($"decoder of {name}", (output.Decoder is null ? 0 : Cross(c, queries, e, output.Decoder)) + head + pooled);
    }

    private static long Cross(PerceiverConfig c, long queries, int e, DecoderConfig decoder)
    {
        int qk = decoder.QkChannels ?? c.CrossQk(e, c.DLatents);
        return Layer(queries, c.NumLatents, e, c.DLatents, qk, decoder.VChannels ?? qk, decoder.WideningFactor);
    }

    // One layer: its projections, scores and weighted sums, output layer and MLP.
    private static long Layer(long nq, long nk, long dq, long dk, long qk, long v, long widening) =>
        2 * ((nq * dq * qk) + (nk * dk * (qk + v)) + (nq * nk * (qk + v)) + (nq * v * dq) + (2 * widening * nq * dq * dq));
}
