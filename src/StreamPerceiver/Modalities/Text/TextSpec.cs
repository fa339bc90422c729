using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities.Text;

/// <summary>Texts, one record each; a window takes the latest.</summary>
/// <param name="Name">The model input that it feeds.</param>
/// <param name="Topic">The topic that it is read from.</param>
/// <param name="Required">A window without it is skipped; otherwise it is masked.</param>
/// <param name="Length">Tokens: one a byte of UTF-8, and two around them.</param>
public sealed record TextSpec(string Name, string Topic, bool Required, int Length) : InputSpec(Name, Topic, Required)
{
    /// <summary>Tokens around a text: one that starts it, and one that ends it.</summary>
    public const int Frame = 2;

    /// <summary>Most bytes of a text.</summary>
    public int LongestText => Length - Frame;

    /// <inheritdoc/>
    public override int? Vocabulary => ByteTokenizer.VocabularySize;

    /// <summary>Reads the section of the pipeline file.</summary>
    internal static InputSpec Read(InputSection section) => new TextSpec(section.Name, section.Topic, section.Required, section.Number("length"));

    /// <inheritdoc/>
    public override long WindowBytes(long windowNs) => (long)Length * (sizeof(byte) + sizeof(float) + sizeof(byte));

    /// <inheritdoc/>
    public override (int Tokens, int Channels) TokenShape(long windowNs) => (Length, 1);

    internal override IReadOnlyList<ICodec> CreateCodecs(InputPreparation? preparation) => [new PlainTextCodec(this)];

    internal override (AlignedInput Data, double Coverage) Place(ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs)
        => MediaSample.LatestIn(samples, start, windowNs) is TextReading text ? (new AlignedText(text.Utf8), 1) : (new AlignedText(null), 0);

    internal override IInputTokeniser CreateTokeniser(InputPreparation? preparation) => new TextTokens(this);
}
