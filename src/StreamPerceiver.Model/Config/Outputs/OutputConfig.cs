namespace StreamPerceiver.Model;

/// <summary>One output: its queries, the decoder that answers them, and the head that reads the answers (arXiv:2107.14795, section 3.2).</summary>
public abstract record OutputConfig
{
    private protected OutputConfig()
    {
    }

    /// <summary>The output's own decoder; null (default) for the decoder that outputs share.</summary>
    public DecoderConfig? Decoder { get; init; }

    /// <summary>Numbers that the output's head gives for one query.</summary>
    public abstract int HeadChannels { get; }

    /// <summary>Number of trained queries; null where the queries are not trained.</summary>
    internal virtual int? TrainedQueries => null;

    /// <summary>Returns the channels of a query without padding, in a model with these inputs.</summary>
    public abstract int QueryChannels(IReadOnlyDictionary<string, InputConfig> inputs);
}

/// <summary>Sizes of a decoder's cross-attention. Hugging Face hard-wires them: its qk_channels and v_channels apply to the encoder.</summary>
public sealed record DecoderConfig
{
    /// <summary>Heads (default: 1).</summary>
    public int Heads { get; init; } = 1;

    /// <summary>Query and key channels; null (default) takes D.</summary>
    public int? QkChannels { get; init; }

    /// <summary>Value channels; null (default) takes the query and key channels.</summary>
    public int? VChannels { get; init; }

    /// <summary>Hidden width of the MLP, in multiples of the query's channels (default: 1).</summary>
    public int WideningFactor { get; init; } = 1;

    /// <summary>Whether the query is added to the attention's result (default: false).</summary>
    public bool QueryResidual { get; init; }
}

/// <summary>How the numbers of a labelled output are read, by Hugging Face's problem_type.</summary>
public enum ProblemType
{
    /// <summary>One label is right: a softmax gives probabilities that add up to 1.</summary>
    SingleLabelClassification,

    /// <summary>Each label is right or wrong by itself: a sigmoid gives the probability of each.</summary>
    MultiLabelClassification,

    /// <summary>The numbers are values, one for each label.</summary>
    Regression,
}

/// <summary>A classification: one logit for each label. (B, labels).</summary>
public abstract record LabelledOutput : OutputConfig
{
    private protected LabelledOutput()
    {
    }

    /// <summary>What config.json states of the logits; null (default) where it states nothing.</summary>
    public ProblemType? ProblemType { get; init; }

    /// <summary>
    /// How the logits are read, by the rule of Hugging Face's classification pipelines: as <see cref="ProblemType"/> states, and by a softmax where it
    /// states nothing. A single label that is no regression is read by a sigmoid, since its softmax is always 1.
    /// </summary>
    public ProblemType Reading => ProblemType switch
    {
        Model.ProblemType.Regression => Model.ProblemType.Regression,
        _ when Labels.Count == 1 => Model.ProblemType.MultiLabelClassification,
        _ => ProblemType ?? Model.ProblemType.SingleLabelClassification,
    };

    /// <summary>Labels in the order of the logits (required).</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <inheritdoc/>
    public override int HeadChannels => Labels.Count;
}

/// <summary>A classification by one trained query. (B, labels).</summary>
public sealed record ClassificationOutput : LabelledOutput
{
    /// <summary>Channels of the trained query (required); D in Hugging Face's classifiers.</summary>
    public required int Channels { get; init; }

    internal override int? TrainedQueries => 1;

    /// <inheritdoc/>
    public override int QueryChannels(IReadOnlyDictionary<string, InputConfig> inputs) => Channels;
}

/// <summary>
/// A classification without a decoder, as in the first Perceiver (arXiv:2103.03206): a linear layer on the mean of the latents. (B, labels).
/// </summary>
public sealed record MeanOutput : LabelledOutput
{
    /// <inheritdoc/>
    public override int QueryChannels(IReadOnlyDictionary<string, InputConfig> inputs) => 0;
}

/// <summary>Numbers at a fixed number of trained queries, such as a forecast of some steps. (B, Queries, Values).</summary>
public sealed record ValuesOutput : OutputConfig
{
    /// <summary>Trained queries (default: 1).</summary>
    public int Queries { get; init; } = 1;

    /// <summary>Numbers for each query (required).</summary>
    public required int Values { get; init; }

    /// <summary>Channels of a trained query (required).</summary>
    public required int Channels { get; init; }

    /// <summary>Names of the numbers of a query; null (default) for none.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Units of the numbers of a query; null (default) for none.</summary>
    public IReadOnlyList<string>? Units { get; init; }

    /// <summary>Mean of each number in training; null (default) where the model gives numbers in their units.</summary>
    public IReadOnlyList<double>? Mean { get; init; }

    /// <summary>Standard deviation of each number in training, above 0; null (default) where there is no mean.</summary>
    public IReadOnlyList<double>? Deviation { get; init; }

    internal override int? TrainedQueries => Queries;

    /// <inheritdoc/>
    public override int HeadChannels => Values;

    /// <inheritdoc/>
    public override int QueryChannels(IReadOnlyDictionary<string, InputConfig> inputs) => Channels;
}

/// <summary>Logits over the ids at every place of a text (masked language model): one trained query for each place. (B, Length, Vocabulary).</summary>
public sealed record TextOutput : OutputConfig
{
    /// <summary>The text input whose trained vectors read the answers (required).</summary>
    public required string Input { get; init; }

    /// <summary>Number of places (default: 2048). The output has all places, even for a shorter text.</summary>
    public int Length { get; init; } = 2048;

    /// <summary>Number of ids, that of the input (default: 262).</summary>
    public int Vocabulary { get; init; } = 262;

    /// <summary>Channels of the trained queries, those of the input's vectors (required).</summary>
    public required int Channels { get; init; }

    internal override int? TrainedQueries => Length;

    /// <inheritdoc/>
    public override int HeadChannels => Vocabulary;

    /// <inheritdoc/>
    public override int QueryChannels(IReadOnlyDictionary<string, InputConfig> inputs) => Channels;
}
