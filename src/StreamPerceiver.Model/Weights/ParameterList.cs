namespace StreamPerceiver.Model;

/// <summary>A trained tensor of a model: its full key and shape.</summary>
/// <param name="Key">The key in Hugging Face's naming, such as "perceiver.embeddings.latents".</param>
/// <param name="Shape">Sizes; a linear layer's weight is (out, in).</param>
public sealed record Parameter(string Key, IReadOnlyList<long> Shape)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));
}

/// <summary>Every tensor that a configuration needs, without making one.</summary>
public static class ParameterList
{
    /// <summary>Keys and shapes of a configuration, which is checked first.</summary>
    /// <exception cref="ConfigException">The sizes clash.</exception>
    public static IReadOnlyList<Parameter> Of(PerceiverConfig c)
    {
        c.Validate();
        int d = c.DLatents;
        int n = c.InputChannels;
        List<Parameter> list = [new("perceiver.embeddings.latents", [c.NumLatents, d])];
        AddLayer(list, "perceiver.encoder.cross_attention", d, n, c.CrossQkChannels, c.CrossVChannels, c.CrossAttentionWideningFactor);
        for (int i = 0; i < c.NumSelfAttendsPerBlock; i++)
            AddLayer(list, $"perceiver.encoder.self_attends.{i}", d, null, c.SelfQkChannels, c.SelfVChannels, c.SelfAttentionWideningFactor);

        int e = c.QueryChannels;
        AddLayer(list, "perceiver.decoder.decoder.decoding_cross_attention", e, d, d, d, widening: 1);
        if (c.IsMultimodal)
            AddMultimodal(list, c, n, e);
        else
            AddClassifier(list, (ClassificationOutput)c.Outputs.Values.Single(), e);
        return list;
    }

    // Hugging Face's decoder for one classification: a trained query, and the decoder's final layer gives the logits.
    private static void AddClassifier(List<Parameter> list, ClassificationOutput output, int e)
    {
        list.Add(new("perceiver.decoder.decoder.output_position_encodings.position_embeddings", [1, e]));
        AddLinear(list, "perceiver.decoder.decoder.final_layer", e, output.Labels.Count);
    }

    private static void AddMultimodal(List<Parameter> list, PerceiverConfig c, int n, int e)
    {
        foreach ((string name, InputConfig input) in c.Inputs)
        {
            list.Add(new($"perceiver.input_preprocessor.padding.{name}", [1, n - input.TokenChannels]));
            if (input.MaskProbability is not null)
                list.Add(new($"perceiver.input_preprocessor.mask.{name}", [1, n]));
        }

        foreach ((string name, OutputConfig output) in c.Outputs)
        {
            if (output is ClassificationOutput label)
                list.Add(new($"perceiver.decoder.modalities.{name}.decoder.output_position_encodings.position_embeddings", [1, label.Channels]));
            list.Add(new($"perceiver.decoder.padding.{name}", [1, e - output.QueryChannels]));
            AddLinear(list, $"perceiver.output_postprocessor.modalities.{name}.classifier", c.OutputNumChannels, output.HeadChannels);
        }

        AddLinear(list, "perceiver.decoder.decoder.final_layer", e, c.OutputNumChannels);
    }

    // One transformer layer; kv is null for self-attention, which has no second norm and gives its value channels out.
    private static void AddLayer(List<Parameter> list, string key, int q, int? kv, int qk, int v, int widening)
    {
        AddNorm(list, $"{key}.attention.self.layernorm1", q);
        if (kv is int normed)
            AddNorm(list, $"{key}.attention.self.layernorm2", normed);
        AddLinear(list, $"{key}.attention.self.query", q, qk);
        AddLinear(list, $"{key}.attention.self.key", kv ?? q, qk);
        AddLinear(list, $"{key}.attention.self.value", kv ?? q, v);
        AddLinear(list, $"{key}.attention.output.dense", v, q);
        AddNorm(list, $"{key}.layernorm", q);
        AddLinear(list, $"{key}.mlp.dense1", q, widening * q);
        AddLinear(list, $"{key}.mlp.dense2", widening * q, q);
    }

    private static void AddNorm(List<Parameter> list, string key, int channels) =>
        list.AddRange([new($"{key}.weight", [channels]), new($"{key}.bias", [channels])]);

    private static void AddLinear(List<Parameter> list, string key, int from, int to) =>
        list.AddRange([new($"{key}.weight", [to, from]), new($"{key}.bias", [to])]);
}
