namespace StreamPerceiver.Model;

/// <summary>
/// All sizes of a model (Perceiver IO, arXiv:2107.14795, section 3). Names and defaults are those of Hugging Face's config.json.
/// </summary>
public sealed record PerceiverConfig
{
    /// <summary>The family, which decides the names of the tensors (required).</summary>
    public required PerceiverArchitecture Architecture { get; init; }

    /// <summary>Whether it is an official image classifier, whose pictures Hugging Face's preprocessor_config.json prepares.</summary>
    public bool IsImageClassifier => Architecture is PerceiverArchitecture.ImageClassificationLearned
        or PerceiverArchitecture.ImageClassificationFourier or PerceiverArchitecture.ImageClassificationConv;

    /// <summary>Inputs by name (required). Kept, joined and counted in ordinal order of their names, in whatever order they are given.</summary>
    public required IReadOnlyDictionary<string, InputConfig> Inputs { get; init => field = InOrdinalOrder(value); }

    /// <summary>Outputs by name (required), kept in ordinal order of their names.</summary>
    public required IReadOnlyDictionary<string, OutputConfig> Outputs { get; init => field = InOrdinalOrder(value); }

    /// <summary>Rows N of the latent array (default: 256).</summary>
    public int NumLatents { get; init; } = 256;

    /// <summary>Channels D of the latent array (default: 1280).</summary>
    public int DLatents { get; init; } = 1280;

    /// <summary>How many times the stack of self-attention layers is applied (default: 1).</summary>
    public int NumBlocks { get; init; } = 1;

    /// <summary>Self-attention layers of the stack (default: 26).</summary>
    public int NumSelfAttendsPerBlock { get; init; } = 26;

    /// <summary>
    /// How many times the latents attend to the inputs (default: 1, as in Perceiver IO). The first time is before the first block. The others are
    /// spread evenly over the blocks, as in the first Perceiver (arXiv:2103.03206, section 3.2). Must divide <see cref="NumBlocks"/>.
    /// </summary>
    public int NumCrossAttends { get; init; } = 1;

    /// <summary>Whether all blocks share their weights, and all cross-attention layers after the first share theirs (default: true).</summary>
    public bool ShareWeights { get; init; } = true;

    /// <summary>Heads of each self-attention layer (default: 8).</summary>
    public int NumSelfAttentionHeads { get; init; } = 8;

    /// <summary>Heads of the encoder's cross-attention (default: 8).</summary>
    public int NumCrossAttentionHeads { get; init; } = 8;

    /// <summary>
    /// Side of a cross-attention that gives the number of query and key channels where no number is set (default: the keys' side).
    /// </summary>
    public CrossAttentionShape CrossAttentionShape { get; init; }

    /// <summary>Query and key channels in the encoder; null (default) takes those of <see cref="CrossAttentionShape"/>, and D in self-attention.</summary>
    public int? QkChannels { get; init; }

    /// <summary>Value channels in the encoder; null (default) takes the query and key channels.</summary>
    public int? VChannels { get; init; }

    /// <summary>Hidden width of a self-attention layer's MLP, in multiples of D (default: 1).</summary>
    public int SelfAttentionWideningFactor { get; init; } = 1;

    /// <summary>Hidden width of the encoder cross-attention's MLP, in multiples of D (default: 1).</summary>
    public int CrossAttentionWideningFactor { get; init; } = 1;

    /// <summary>Whether the encoder's cross-attention adds the latents to its result (default: true). Decoders have a setting of their own.</summary>
    public bool UseQueryResidual { get; init; } = true;

    /// <summary>Channels K of a shared decoder's answers, which the outputs' heads take (default: 512).</summary>
    public int OutputNumChannels { get; init; } = 512;

    /// <summary>
    /// Trained padding channels of the widest input where inputs are joined (default: 4). Narrower inputs are padded to the same width.
    /// The padding tells the inputs apart. A model with one input may have 0.
    /// </summary>
    public int InputMinPadding { get; init; } = 4;

    /// <summary>Whether the family has named inputs that are padded to a common width and joined.</summary>
    public bool IsMultimodal => Architecture is PerceiverArchitecture.MultimodalAutoencoding or PerceiverArchitecture.StreamPerceiver;

    /// <summary>Channels C of an encoder token: those of the widest input, and of its padding.</summary>
    public int InputChannels => Inputs.Values.Max(i => i.TokenChannels) + (IsMultimodal ? InputMinPadding : 0);

    /// <summary>Channels E of a query of the shared decoder: those of the widest query, and 2 trained padding channels.</summary>
    public int JoinedQueryChannels => JoinedOutputs.Max(o => o.Value.QueryChannels(Inputs)) + 2;

    /// <summary>The outputs that share a decoder.</summary>
    public IEnumerable<KeyValuePair<string, OutputConfig>> JoinedOutputs => Outputs.Where(o => o.Value.Decoder is null && o.Value is not MeanOutput);

    /// <summary>Query and key channels of the encoder's cross-attention.</summary>
    public int CrossQkChannels => QkChannels ?? CrossQk(DLatents, InputChannels);

    /// <summary>Value channels of the encoder's cross-attention.</summary>
    public int CrossVChannels => VChannels ?? CrossQkChannels;

    /// <summary>Query and key channels of the self-attention layers.</summary>
    public int SelfQkChannels => QkChannels ?? DLatents;

    /// <summary>Value channels of the self-attention layers; the residual needs them to equal D.</summary>
    public int SelfVChannels => VChannels ?? SelfQkChannels;

    /// <summary>Exact number of trained numbers, computed from the sizes.</summary>
    public long ParameterCount => ParameterList.For(this).Where(p => p.Role == ParameterRole.Weight).Sum(p => p.Count);

    /// <summary>Number of cross-attention layers with weights of their own: all, or the first one and one that the others share.</summary>
    internal int DistinctCrossAttends => ShareWeights ? Math.Min(2, NumCrossAttends) : NumCrossAttends;

    /// <summary>Number of self-attention layers with weights of their own: those of all blocks, or of one block that all share.</summary>
    internal int DistinctSelfAttends => NumSelfAttendsPerBlock * (ShareWeights ? 1 : NumBlocks);

    /// <summary>Returns the query and key channels of a cross-attention for which none are set.</summary>
    internal int CrossQk(int queryChannels, int keyChannels) => CrossAttentionShape == CrossAttentionShape.Q ? queryChannels : keyChannels;

    /// <summary>Checks the sizes against their ranges and against each other.</summary>
    /// <exception cref="ConfigException">Lists every problem with its numbers.</exception>
    public void Validate()
    {
        IReadOnlyList<string> problems = ConfigRules.Problems(this);
        if (problems.Count > 0)
            throw new ConfigException("configuration", problems);
    }

    private static SortedDictionary<string, T> InOrdinalOrder<T>(IReadOnlyDictionary<string, T> named) =>
        new(named.ToDictionary(), StringComparer.Ordinal);
}
