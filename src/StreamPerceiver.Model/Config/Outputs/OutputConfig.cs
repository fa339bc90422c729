namespace StreamPerceiver.Model;

/// <summary>One output: the queries that ask for it, the decoder that they ask, and the head that reads the answer (arXiv:2107.14795, section 3.2).</summary>
public abstract record OutputConfig
{
    private protected OutputConfig()
    {
    }

    /// <summary>A decoder of the output's own; null (default): it shares one with the other outputs that have none.</summary>
    public DecoderConfig? Decoder { get; init; }

    /// <summary>Numbers that the output's head answers to one query.</summary>
    public abstract int HeadChannels { get; }

    /// <summary>Rows of the trained table that asks; null where something else does.</summary>
    internal virtual int? TrainedQueries => null;

    /// <summary>Channels of a query before padding, in a model with these inputs.</summary>
    public abstract int QueryChannels(IReadOnlyDictionary<string, InputConfig> inputs);
}

/// <summary>The cross-attention of a decoder. Hugging Face hard-wires these; config.json's qk_channels and v_channels are for the encoder alone.</summary>
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

    /// <summary>Whether the query is added to what it attended to (default: false).</summary>
    public bool QueryResidual { get; init; }
}

/// <summary>A classification: one logit a label. (B, labels).</summary>
public abstract record LabelledOutput : OutputConfig
{
    private protected LabelledOutput()
    {
    }

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
/// A classification without a decoder, as in the first Perceiver (arXiv:2103.03206): the mean over the latents, then a linear layer. (B, labels).
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

    /// <summary>Numbers a query (required).</summary>
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

/// <summary>Logits over the ids at every place of a text (masked language model): one trained query a place. (B, Length, Vocabulary).</summary>
public sealed record TextOutput : OutputConfig
{
    /// <summary>The text input whose trained vectors read the answers (required).</summary>
    public required string Input { get; init; }

    /// <summary>Places, always all of them however short the input is (default: 2048).</summary>
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
