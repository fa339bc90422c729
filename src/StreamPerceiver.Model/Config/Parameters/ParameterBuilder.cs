namespace StreamPerceiver.Model;

/// <summary>Collects the tensors of a model's layers, by Hugging Face's names.</summary>
internal sealed class ParameterBuilder
{
    private readonly List<Parameter> _list = [];

    public IReadOnlyList<Parameter> Parameters => _list;

    public void Add(string key, params long[] shape) => _list.Add(new(key, shape));

    /// <summary>Adds the head of an output: a weight (out, in) and its bias.</summary>
    public void AddHead(string key, PerceiverConfig c, string name, OutputConfig output, int from)
    {
        string? labels = output is not LabelledOutput ? null
            : c.Architecture == PerceiverArchitecture.StreamPerceiver ? $"outputs.{name}.labels"
            : "id2label (or num_labels)";
        _list.Add(new($"{key}.weight", [output.HeadChannels, from], LabelsFrom: labels));
        _list.Add(new($"{key}.bias", [output.HeadChannels], LabelsFrom: labels));
    }

    /// <summary>Adds a weight (out, in ...) and its bias.</summary>
    public void AddLinear(string key, long[] weight)
    {
        Add($"{key}.weight", weight);
        Add($"{key}.bias", weight[0]);
    }

    /// <summary>Adds a cross-attention layer with queries of q channels and keys of kv channels.</summary>
    public void AddCross(string key, int q, int kv, int qk, int v, int widening) => AddLayer(key, q, kv, qk, v, widening);

    /// <summary>Adds a self-attention layer, which has no second norm.</summary>
    public void AddSelf(string key, int d, int qk, int v, int widening) => AddLayer(key, d, null, qk, v, widening);

    /// <summary>Adds the cross-attention of a decoder with queries of e channels.</summary>
    public void AddDecoder(string key, int e, DecoderConfig decoder, PerceiverConfig c)
    {
        int qk = decoder.QkChannels ?? c.CrossQk(e, c.DLatents);
        AddCross($"{key}.decoding_cross_attention", e, c.DLatents, qk, decoder.VChannels ?? qk, decoder.WideningFactor);
    }

    /// <summary>Adds a 7 x 7 convolution without bias, and a batch norm.</summary>
    public void AddStem(string key, int from, int to)
    {
        Add($"{key}.conv.weight", to, from, 7, 7);
        AddNorm($"{key}.batchnorm", to);
        _list.Add(new($"{key}.batchnorm.running_mean", [to], ParameterRole.Statistic));
        _list.Add(new($"{key}.batchnorm.running_var", [to], ParameterRole.Statistic));
        _list.Add(new($"{key}.batchnorm.num_batches_tracked", [], ParameterRole.Counter));
    }

    private void AddLayer(string key, int q, int? kv, int qk, int v, int widening)
    {
        AddNorm($"{key}.attention.self.layernorm1", q);
        if (kv is int normed)
            AddNorm($"{key}.attention.self.layernorm2", normed);
        AddLinear($"{key}.attention.self.query", [qk, q]);
        AddLinear($"{key}.attention.self.key", [qk, kv ?? q]);
        AddLinear($"{key}.attention.self.value", [v, kv ?? q]);
        AddLinear($"{key}.attention.output.dense", [q, v]);
        AddNorm($"{key}.layernorm", q);
        AddLinear($"{key}.mlp.dense1", [widening * q, q]);
        AddLinear($"{key}.mlp.dense2", [q, widening * q]);
    }

    private void AddNorm(string key, int channels)
    {
        Add($"{key}.weight", channels);
        Add($"{key}.bias", channels);
    }
}
