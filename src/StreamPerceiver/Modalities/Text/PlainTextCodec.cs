using System.Text.Unicode;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Text;

/// <summary>Decodes <c>text/plain</c> in UTF-8. A text that is too long is rejected and not cut, since its end may matter.</summary>
internal sealed class PlainTextCodec(TextSpec spec) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["text/plain"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        byte[] text = record.Record.Value!;
        string charset = contentType.Parameters.GetValueOrDefault("charset", "utf-8");
        if (!charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) && !charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
            throw new BadPayloadException(RejectionReason.UnknownContentType, $"text/plain: parameter charset is {charset}, expected utf-8");
        if (!Utf8.IsValid(text)) throw new BadPayloadException(RejectionReason.Undecodable, $"{text.Length} bytes are not UTF-8 text");
        if (text.Length > spec.LongestText)
        {
            throw new BadPayloadException(
                RejectionReason.WrongShape,
                $"the text is {text.Length} bytes, expected at most {spec.LongestText}: the length {spec.Length} less {TextSpec.Frame} tokens around it");
        }

        samples.Add(new TextReading(record.Stream, record.Time, record.Record.Offset, text));
    }
}
