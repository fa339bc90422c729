using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities.Text;

/// <summary>An input of texts, one in each record. A window takes the latest text.</summary>
/// <param name="Name">The name of the model's input.</param>
/// <param name="Topic">The topic that the input is read from.</param>
/// <param name="Required">Whether a window without the input is skipped; otherwise the input is masked.</param>
/// <param name="Length">The number of tokens: one for each byte of UTF-8, one before them, and one after them.</param>
public sealed record TextSpec(string Name, string Topic, bool Required, int Length) : InputSpec(Name, Topic, Required)
{
    /// <summary>Tokens around a text: one before it, and one after it.</summary>
    public const int Frame = 2;

    /// <summary>What a text has at a masked place, such as <c>[MASK]</c>: it becomes one [MASK] token. Null (default): no place is masked.</summary>
    public string? Mask { get; init; }

    /// <summary>The field of a JSON object that has the text; null (default): the text is the whole payload.</summary>
    public string? Field { get; init; }

    /// <summary>The greatest number of bytes of a text, a masked place as one.</summary>
    public int LongestText => Length - Frame;

    /// <summary>Makes the sample of a record. A text that is too long is rejected and not cut.</summary>
    /// <param name="record">The record.</param>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <exception cref="BadPayloadException">The text is too long.</exception>
    internal TextReading Reading(RawRecord record, ReadOnlySpan<byte> utf8)
    {
        byte[] text = MarkMasks(utf8);
        if (text.Length <= LongestText) return new TextReading(record.Stream, record.Time, record.Record.Offset, text);
        throw new BadPayloadException(
            RejectionReason.WrongShape,
            $"the text is {text.Length} bytes, expected at most {LongestText}: the length {Length} less {Frame} tokens around it");
    }

    /// <summary>Puts one byte, which no UTF-8 has, in the place of every mask of a text.</summary>
    internal byte[] MarkMasks(ReadOnlySpan<byte> text)
    {
        if (Mask is null) return text.ToArray();
        byte[] mask = Encoding.UTF8.GetBytes(Mask);
        List<byte> marked = new(text.Length);
        for (int found = text.IndexOf(mask); found >= 0; found = text.IndexOf(mask))
        {
            marked.AddRange(text[..found]);
            marked.Add(InputPresence.MaskedByte);
            text = text[(found + mask.Length)..];
        }

        marked.AddRange(text);
        return [.. marked];
    }

    /// <inheritdoc/>
    public override int? Vocabulary => ByteTokenizer.VocabularySize;

    /// <summary>Reads the section of the pipeline file.</summary>
    internal static InputSpec Read(InputSection section) => new TextSpec(section.Name, section.Topic, section.Required, section.Number("length"))
    {
        Mask = section.Text("mask"),
        Field = section.Text("field"),
    };

    /// <inheritdoc/>
    public override long WindowBytes(long windowNs) => (long)Length * (sizeof(byte) + sizeof(float) + sizeof(byte));

    /// <inheritdoc/>
    public override (int Tokens, int Channels) TokenShape(long windowNs) => (Length, 1);

    /// <inheritdoc/>
    public override string SlotRule(long windowNs) => "the latest text in the window";

    internal override IReadOnlyList<ICodec> CreateCodecs(InputPreparation? preparation)
        => Field is null ? [new PlainTextCodec(this)] : [new JsonTextCodec(this, Field)];

    internal override (AlignedInput Data, double Coverage) Place(
        ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs, List<WindowSlot>? slots = null)
        => MediaSample.LatestIn(samples, start, windowNs, slots) is TextReading text ? (new AlignedText(text.Utf8), 1) : (new AlignedText(null), 0);

    /// <inheritdoc/>
    public override IReadOnlyList<PlacedArray> PlacedArrays(long windowNs) =>
    [
        new(PlacedArray.Values, NpyType.U8, [LongestText], $"bytes of UTF-8, {InputPresence.MaskedByte} at a masked place; 0 behind the text"),
        new("length", NpyType.I32, [], "bytes of the text; 0 where the window has none"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> ToArrays(AlignedInput data, long windowNs)
    {
        byte[] text = ((AlignedText)data).Utf8 ?? [];
        return [[.. text, .. new byte[LongestText - text.Length]], BitConverter.GetBytes(text.Length)];
    }

    internal override IInputTokeniser CreateTokeniser(InputPreparation? preparation) => new TextTokens(this);
}
