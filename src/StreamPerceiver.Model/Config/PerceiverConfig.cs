namespace StreamPerceiver.Model;

/// <summary>Which family a model belongs to. It decides the names of its tensors and how its inputs and outputs are joined.</summary>
public enum PerceiverArchitecture
{
    /// <summary>Hugging Face's PerceiverForImageClassificationFourier: one image, one label.</summary>
    ImageClassificationFourier,

    /// <summary>Hugging Face's PerceiverForMultimodalAutoencoding: audio, image and label in, and out.</summary>
    MultimodalAutoencoding,

    /// <summary>Our own: any named inputs, any named classifications, joined as the multimodal model joins them.</summary>
    StreamPerceiver,
}

/// <summary>
/// All sizes of a model (Perceiver IO, arXiv:2107.14795, section 3). Names and defaults are those of Hugging Face's config.json.
/// The number of self-attention parameter sets is <see cref="NumSelfAttendsPerBlock"/>: all blocks share them.
/// </summary>
public sealed record PerceiverConfig
{
    /// <summary>The family (required).</summary>
    public required PerceiverArchitecture Architecture { get; init; }

    /// <summary>Inputs by name (required). Kept, joined and counted in ordinal order of their names, in whatever order they are given.</summary>
    public required IReadOnlyDictionary<string, InputConfig> Inputs { get; init => field = InOrdinalOrder(value); }

    /// <summary>Outputs by name (required). Kept and joined in ordinal order of their names.</summary>
    public required IReadOnlyDictionary<string, OutputConfig> Outputs { get; init => field = InOrdinalOrder(value); }

    /// <summary>Rows N of the latent array (default: 256).</summary>
    public int NumLatents { get; init; } = 256;

    /// <summary>Channels D of the latent array (default: 1280).</summary>
    public int DLatents { get; init; } = 1280;

    /// <summary>How often the stack of self-attention layers is applied, with the same weights (default: 1).</summary>
    public int NumBlocks { get; init; } = 1;

    /// <summary>Self-attention layers of the stack (default: 26).</summary>
    public int NumSelfAttendsPerBlock { get; init; } = 26;

    /// <summary>Heads of each self-attention layer (default: 8).</summary>
    public int NumSelfAttentionHeads { get; init; } = 8;

    /// <summary>Heads of the encoder's cross-attention (default: 8). The decoder always has one.</summary>
    public int NumCrossAttentionHeads { get; init; } = 8;

    /// <summary>Query and key channels in the encoder; null (default) takes C in cross-attention and D in self-attention.</summary>
    public int? QkChannels { get; init; }

    /// <summary>Value channels in the encoder; null (default) takes the query and key channels.</summary>
    public int? VChannels { get; init; }

    /// <summary>Hidden width of a self-attention layer's MLP, in multiples of D (default: 1).</summary>
    public int SelfAttentionWideningFactor { get; init; } = 1;

    /// <summary>Hidden width of the encoder cross-attention's MLP, in multiples of D (default: 1).</summary>
    public int CrossAttentionWideningFactor { get; init; } = 1;

    /// <summary>Whether the encoder's cross-attention adds the latents to what it attended to (default: true). The decoder does not read this.</summary>
    public bool UseQueryResidual { get; init; } = true;

    /// <summary>Channels K that a multimodal decoder hands to each output's head (default: 512). Other models do not read it.</summary>
    public int OutputNumChannels { get; init; } = 512;

    /// <summary>Whether inputs and outputs are padded to a common width and joined (every family but the single-input ones).</summary>
    public bool IsMultimodal => Architecture != PerceiverArchitecture.ImageClassificationFourier;

    /// <summary>Channels C of an encoder token: the widest input, and in a multimodal model at least 4 trained padding channels more.</summary>
    public int InputChannels => Inputs.Values.Max(i => i.TokenChannels) + (IsMultimodal ? 4 : 0);

    /// <summary>Channels E of a decoder query: the widest output's query, and in a multimodal model at least 2 trained padding channels more.</summary>
    public int QueryChannels => Outputs.Values.Max(o => o.QueryChannels) + (IsMultimodal ? 2 : 0);

    /// <summary>Query and key channels of the encoder's cross-attention.</summary>
    public int CrossQkChannels => QkChannels ?? InputChannels;

    /// <summary>Value channels of the encoder's cross-attention.</summary>
    public int CrossVChannels => VChannels ?? CrossQkChannels;

    /// <summary>Query and key channels of the self-attention layers.</summary>
    public int SelfQkChannels => QkChannels ?? DLatents;

    /// <summary>Value channels of the self-attention layers; the residual needs them to equal D.</summary>
    public int SelfVChannels => VChannels ?? SelfQkChannels;

    /// <summary>Exact number of trained numbers, from the sizes alone.</summary>
    public long ParameterCount => ParameterList.Of(this).Sum(p => p.Count);

    /// <summary>Checks the sizes against their ranges and against each other.</summary>
    /// <exception cref="ConfigException">Names every clash with its numbers.</exception>
    public void Validate()
    {
        IReadOnlyList<string> problems = ConfigRules.Problems(this);
        if (problems.Count > 0)
            throw new ConfigException("configuration", problems);
    }

    private static SortedDictionary<string, T> InOrdinalOrder<T>(IReadOnlyDictionary<string, T> named) =>
        new(named.ToDictionary(), StringComparer.Ordinal);
}
