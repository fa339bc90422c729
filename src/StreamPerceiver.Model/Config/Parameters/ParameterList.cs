namespace StreamPerceiver.Model;

/// <summary>The purpose of a stored tensor.</summary>
internal enum ParameterRole
{
    /// <summary>A trained weight.</summary>
    Weight,

    /// <summary>A running statistic of a batch norm, collected in training and used in inference.</summary>
    Statistic,

    /// <summary>A batch norm's count of training steps: a 64-bit integer that inference does not read and a file may lack.</summary>
    Counter,
}

/// <summary>A stored tensor of a model: its full key and shape.</summary>
/// <param name="Key">The key in Hugging Face's naming, such as "perceiver.embeddings.latents".</param>
/// <param name="Shape">Sizes; a linear layer's weight is (out, in).</param>
/// <param name="Role">The tensor's purpose (default: a trained weight).</param>
/// <param name="LabelsFrom">For the head of a classification, the keys of config.json that give its labels; null (default) for any other tensor.</param>
internal sealed record Parameter(string Key, IReadOnlyList<long> Shape, ParameterRole Role = ParameterRole.Weight, string? LabelsFrom = null)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));
}

/// <summary>Lists every tensor that a configuration needs, without allocating any.</summary>
internal static class ParameterList
{
    /// <summary>Checks a configuration and lists the keys and shapes of its tensors.</summary>
    /// <exception cref="ConfigException">The sizes clash.</exception>
    public static IReadOnlyList<Parameter> For(PerceiverConfig c)
    {
        c.Validate();
        return ForChecked(c);
    }

    /// <summary>Lists the keys and shapes of a configuration whose numbers are in their ranges.</summary>
    public static IReadOnlyList<Parameter> ForChecked(PerceiverConfig c)
    {
        ParameterBuilder list = new();
        AddEncoder(list, c);
        foreach ((string name, InputConfig input) in c.Inputs)
            AddInput(list, c, name, input);
        if (c.JoinedOutputs.Any())
            AddSharedDecoder(list, c);
        foreach ((string name, OutputConfig output) in c.Outputs)
            AddOwnDecoder(list, c, name, output);
        return list.Parameters;
    }

    private static void AddEncoder(ParameterBuilder list, PerceiverConfig c)
    {
        int d = c.DLatents;
        list.Add(WeightKeys.Latents, c.NumLatents, d);
        for (int i = 0; i < c.DistinctCrossAttends; i++)
            list.AddCross(WeightKeys.CrossAttend(i), d, c.InputChannels, c.CrossQkChannels, c.CrossVChannels, c.CrossAttentionWideningFactor);
        for (int i = 0; i < c.DistinctSelfAttends; i++)
            list.AddSelf(WeightKeys.SelfAttend(i), d, c.SelfQkChannels, c.SelfVChannels, c.SelfAttentionWideningFactor);
    }

    private static void AddInput(ParameterBuilder list, PerceiverConfig c, string name, InputConfig input)
    {
        string key = WeightKeys.Input(c, name);
        switch (input)
        {
            case TextInput text:
                list.Add($"{key}.embeddings.weight", text.Vocabulary, text.Channels);
                list.Add($"{key}.position_embeddings.weight", text.Length, text.Channels);
                break;
            case ImageInput { StemChannels: int stem } image:
                list.AddStem($"{key}.convnet", image.Channels, stem);
                break;
            case ImageInput { LinearChannels: int linear } pixels when pixels.ContentChannels == pixels.Channels:
                list.AddLinear($"{key}.convnet_1x1", [linear, pixels.Channels, 1, 1]);
                break;
            case ImageInput { LinearChannels: not null } or SetInput { LinearChannels: not null }:
                list.AddLinear($"{key}.conv_after_patches", [input.FeatureChannels, input.ContentChannels]);
                break;
        }

        if (input.TrainedPositions is TrainedPositions trained)
        {
            list.Add($"{key}.position_embeddings.position_embeddings", input.Tokens, trained.Channels);
            if (trained.ProjectedChannels is int projected)
                list.AddLinear($"{key}.positions_projection", [projected, trained.Channels]);
        }

        if (c.IsMultimodal && c.InputChannels > input.TokenChannels)
            list.Add($"{WeightKeys.Joined}.padding.{name}", 1, c.InputChannels - input.TokenChannels);
        if (c.IsMultimodal && input.MaskProbability is not null)
            list.Add($"{WeightKeys.Joined}.mask.{name}", 1, c.InputChannels);
    }

    private static void AddSharedDecoder(ParameterBuilder list, PerceiverConfig c)
    {
        int e = c.JoinedQueryChannels;
        list.AddDecoder(WeightKeys.SharedDecoder, e, new DecoderConfig(), c);
        list.AddLinear($"{WeightKeys.SharedDecoder}.final_layer", [c.OutputNumChannels, e]);
        foreach ((string name, OutputConfig output) in c.JoinedOutputs)
        {
            if (output.TrainedQueries is int queries)
                list.Add($"{WeightKeys.SharedQuery(name)}.output_position_encodings.position_embeddings", queries, output.QueryChannels(c.Inputs));
            list.Add($"{WeightKeys.SharedPadding}.{name}", 1, e - output.QueryChannels(c.Inputs));
            list.AddHead(WeightKeys.SharedHead(name), c, name, output, c.OutputNumChannels);
        }
    }

    private static void AddOwnDecoder(ParameterBuilder list, PerceiverConfig c, string name, OutputConfig output)
    {
        string key = WeightKeys.OwnDecoder(c, name);
        if (output is MeanOutput mean)
            list.AddHead($"{key}.classifier", c, name, mean, c.DLatents);
        if (output.Decoder is not DecoderConfig decoder)
            return;
        int e = output.QueryChannels(c.Inputs);
        list.AddDecoder(key, e, decoder, c);
        if (output.TrainedQueries is int queries)
            list.Add($"{key}.output_position_encodings.position_embeddings", queries, e);
        if (output is TextOutput)
            list.Add($"{WeightKeys.EmbeddingDecoder(c, name)}.bias", output.HeadChannels);
        else
            list.AddHead($"{key}.final_layer", c, name, output, e);
        if (output is EntityOutput { PooledChannels: int pooled })
            list.AddLinear($"{key}.pooled", [pooled, e]);
    }
}
