using System.Text.Unicode;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Decode;

/// <summary><c>text/plain</c> in UTF-8. A text that is too long is refused: what it says may stand at its end.</summary>
internal sealed class TextDecoder(TextSpec spec) : IPayloadDecoder
{
    public MediaSample Decode(RawRecord record, ContentType contentType)
    {
        byte[] text = record.Record.Value!;
        if (contentType.MediaType != "text/plain")
            throw new BadPayloadException(RejectionReason.UnknownContentType, $"content-type is '{contentType.MediaType}', expected text/plain");
        string charset = contentType.Parameters.GetValueOrDefault("charset", "utf-8");
        if (!charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) && !charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
            throw new BadPayloadException(RejectionReason.UnknownContentType, $"text/plain: parameter charset is {charset}, expected utf-8");
        if (!Utf8.IsValid(text)) throw new BadPayloadException(RejectionReason.Undecodable, $"{text.Length} bytes are not UTF-8 text");
        if (text.Length > spec.LongestText)
            throw new BadPayloadException(RejectionReason.WrongShape, $"the text is {text.Length} bytes, expected at most {spec.LongestText}: the length {spec.Length} less {TextSpec.Frame} tokens around it");
        return new TextReading(record.Stream, record.Time, record.Record.Offset, text);
    }
}
