using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Set;

/// <summary>An input of sets of entities or points, one in each record. A window takes the latest set.</summary>
/// <param name="Name">The name of the model's input.</param>
/// <param name="Topic">The topic that the input is read from.</param>
/// <param name="Required">Whether a window without the input is skipped; otherwise the input is masked.</param>
/// <param name="Channels">Names of the numbers of an element, in the model's order.</param>
/// <param name="Slots">The greatest number of elements, and the number of tokens. Slots without an element are masked.</param>
public sealed record SetSpec(string Name, string Topic, bool Required, IReadOnlyList<string> Channels, int Slots) : InputSpec(Name, Topic, Required)
{
    /// <summary>Whether a number in JSON may be a text (default: no).</summary>
    public bool NumbersAsText { get; init; }

    /// <summary>Reads the section of the pipeline file.</summary>
    internal static InputSpec Read(InputSection section)
        => new SetSpec(section.Name, section.Topic, section.Required, section.Names("channels"), section.Number("slots"))
        {
            NumbersAsText = section.Flag("numbersAsText"),
        };

    /// <inheritdoc/>
    public override long WindowBytes(long windowNs) => (long)Slots * (2 * Channels.Count * sizeof(float) + sizeof(byte));

    /// <inheritdoc/>
    public override (int Tokens, int Channels) TokenShape(long windowNs) => (Slots, Channels.Count);

    internal override IReadOnlyList<ICodec> CreateCodecs(InputPreparation? preparation) => [new JsonSetCodec(this), new NpySetCodec(this)];

    internal override (AlignedInput Data, double Coverage) Place(ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs)
        => MediaSample.LatestIn(samples, start, windowNs) is SetReading set ? (new AlignedSet(set.Elements), 1) : (new AlignedSet(null), 0);

    internal override IInputTokeniser CreateTokeniser(InputPreparation? preparation) => new SetTokens(this);
}
