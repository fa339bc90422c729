using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Set;

/// <summary>Sets of entities or points, one record each; a window takes the latest.</summary>
/// <param name="Name">The model input that it feeds.</param>
/// <param name="Topic">The topic that it is read from.</param>
/// <param name="Required">A window without it is skipped; otherwise it is masked.</param>
/// <param name="Channels">Names of the numbers of an element, in the model's order.</param>
/// <param name="Slots">Most elements; those that are not there are masked. One token each.</param>
public sealed record SetSpec(string Name, string Topic, bool Required, IReadOnlyList<string> Channels, int Slots) : InputSpec(Name, Topic, Required)
{
    /// <summary>Reads the section of the pipeline file.</summary>
    internal static InputSpec Read(InputSection section)
        => new SetSpec(section.Name, section.Topic, section.Required, section.Names("channels"), section.Number("slots"));

    /// <inheritdoc/>
    public override long WindowBytes(long windowNs) => (long)Slots * (2 * Channels.Count * sizeof(float) + sizeof(byte));

    /// <inheritdoc/>
    public override (int Tokens, int Channels) TokenShape(long windowNs) => (Slots, Channels.Count);

    internal override IReadOnlyList<ICodec> CreateCodecs(InputPreparation? preparation) => [new JsonSetCodec(this), new NpySetCodec(this)];

    internal override (AlignedInput Data, double Coverage) Place(ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs)
        => MediaSample.LatestIn(samples, start, windowNs) is SetReading set ? (new AlignedSet(set.Elements), 1) : (new AlignedSet(null), 0);

    internal override IInputTokeniser CreateTokeniser(InputPreparation? preparation) => new SetTokens(this);
}
