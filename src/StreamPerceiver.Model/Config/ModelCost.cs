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
    /// <param name="points">Number of points to compute, by name of an output that has points; an output without a number counts whole.</param>
    public static IReadOnlyList<PartCost> CountParts(PerceiverConfig c, IReadOnlyDictionary<string, int>? points = null)
    {
        List<PartCost> parts = [.. EncoderParts(c)];
        if (c.JoinedOutputs.Any())
        {
            parts.Add(new("shared decoder", SharedKeys(c) + c.JoinedOutputs.Sum(o => Asked(o.Key) * SharedRow(c))));
            parts.Add(new("heads", c.JoinedOutputs.Sum(o => Asked(o.Key) * SharedHead(c, o.Value))));
        }

        parts.AddRange(c.Outputs.Keys.Where(name => !IsJoined(c, name)).Select(name => new PartCost($"decoder of {name}", CountOutput(c, name, Points(name)))));
        return parts;

        int? Points(string name) => points is not null && points.TryGetValue(name, out int count) ? count : null;

        long Asked(string name) => Queries(c, name, Points(name));
    }

    /// <summary>
    /// Counts the arithmetic that does not depend on the number of queries of any output: the inputs, the encoder, and the keys and values of the decoder
    /// that outputs share, if one of these outputs has it.
    /// </summary>
    /// <param name="c">Sizes.</param>
    /// <param name="outputs">The outputs that are computed.</param>
    public static long CountCommon(PerceiverConfig c, IEnumerable<string> outputs)
        => EncoderParts(c).Sum(part => part.Flops) + (outputs.Any(name => IsJoined(c, name)) ? SharedKeys(c) : 0);

    /// <summary>Counts the arithmetic of one output beside what <see cref="CountCommon"/> has: its queries, and keys and values of its own decoder.</summary>
    /// <param name="c">Sizes.</param>
    /// <param name="name">The output.</param>
    /// <param name="points">Number of points to compute; null (default): the output is computed whole.</param>
    public static long CountOutput(PerceiverConfig c, string name, int? points = null)
    {
        OutputConfig output = c.Outputs[name];
        long queries = Queries(c, name, points);
        if (IsJoined(c, name)) return queries * (SharedRow(c) + SharedHead(c, output));
        if (output.Decoder is not { } decoder) return 2L * c.DLatents * output.HeadChannels;
        int e = output.QueryChannels(c.Inputs);
        (long qk, long v) = DecoderChannels(c, e, decoder);
        return Keys(c.NumLatents, c.DLatents, qk, v) + (queries * (Row(c.NumLatents, e, qk, v, decoder.WideningFactor) + (2L * e * output.HeadChannels)))
            + (output is EntityOutput { PooledChannels: int channels } ? 2L * e * channels : 0);
    }

    /// <summary>Counts the encoder tokens M of all inputs at their configured sizes.</summary>
    public static long Tokens(PerceiverConfig c) => c.Inputs.Values.Sum(i => (long)i.Tokens);

    /// <summary>Counts the queries of an output. The mean of the latents has none.</summary>
    /// <param name="c">Sizes.</param>
    /// <param name="name">The output.</param>
    /// <param name="points">Number of points to compute; null (default): the output is computed whole.</param>
    public static long Queries(PerceiverConfig c, string name, int? points = null) => c.Outputs[name] switch
    {
        DenseOutput dense => points ?? dense.Points,
        DenseInputOutput dense => points ?? c.Inputs[dense.Input].Tokens,
        InputQueriedOutput queried => c.Inputs[queried.Input].Tokens,
        MeanOutput => 0,
        var output => output.TrainedQueries ?? 1,
    };

    /// <summary>Counts the query and key channels and the value channels of a decoder whose queries have E channels.</summary>
    internal static (long QueryKeys, long Values) DecoderChannels(PerceiverConfig c, int e, DecoderConfig decoder)
    {
        int qk = decoder.QkChannels ?? c.CrossQk(e, c.DLatents);
        return (qk, decoder.VChannels ?? qk);
    }

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

    private static IReadOnlyList<PartCost> EncoderParts(PerceiverConfig c) =>
    [
        new("inputs", c.Inputs.Values.Sum(Input)),
        new("encoder cross-attention", c.NumCrossAttends * Layer(
            c.NumLatents, Tokens(c), c.DLatents, c.InputChannels, c.CrossQkChannels, c.CrossVChannels, c.CrossAttentionWideningFactor)),
        new("self-attention", (long)c.NumBlocks * c.NumSelfAttendsPerBlock * Layer(
            c.NumLatents, c.NumLatents, c.DLatents, c.DLatents, c.SelfQkChannels, c.SelfVChannels, c.SelfAttentionWideningFactor)),
    ];

    private static bool IsJoined(PerceiverConfig c, string name) => c.JoinedOutputs.Any(o => o.Key == name);

    private static long SharedKeys(PerceiverConfig c)
    {
        (long qk, long v) = DecoderChannels(c, c.JoinedQueryChannels, new DecoderConfig());
        return Keys(c.NumLatents, c.DLatents, qk, v);
    }

    // One query of the shared decoder, up to its last layer.
    private static long SharedRow(PerceiverConfig c)
    {
        int e = c.JoinedQueryChannels;
        (long qk, long v) = DecoderChannels(c, e, new DecoderConfig());
        return Row(c.NumLatents, e, qk, v, new DecoderConfig().WideningFactor) + (2L * e * c.OutputNumChannels);
    }

    private static long SharedHead(PerceiverConfig c, OutputConfig output) => 2L * c.OutputNumChannels * output.HeadChannels;

    private static long Layer(long nq, long nk, long dq, long dk, long qk, long v, long widening)
        => Keys(nk, dk, qk, v) + (nq * Row(nk, dq, qk, v, widening));

    // The keys and values of a layer.
    private static long Keys(long nk, long dk, long qk, long v) => 2 * nk * dk * (qk + v);

    // One query of a layer: its projection, scores and weighted sums, output layer and MLP.
    private static long Row(long nk, long dq, long qk, long v, long widening)
        => 2 * ((dq * qk) + (nk * (qk + v)) + (v * dq) + (2 * widening * dq * dq));
}
