using System.Text.Unicode;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Text;

/// <summary>Decodes <c>text/plain</c> in UTF-8. A byte order mark is no part of the text. A text that is too long is rejected and not cut.</summary>
internal sealed class PlainTextCodec(TextSpec spec) : ICodec
{
    private static readonly HashSet<string> Charsets = new(StringComparer.OrdinalIgnoreCase) { "utf-8", "utf8", "us-ascii", "ascii" };

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["text/plain"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        byte[] payload = record.Record.Value!;
        string charset = contentType.Parameters.GetValueOrDefault("charset", "utf-8");
        if (!Charsets.Contains(charset))
            throw new BadPayloadException(RejectionReason.UnknownContentType, $"text/plain: parameter charset is {charset}, expected utf-8");
        if (Utf8Text.OtherEncoding(payload) is { } encoding)
            throw new BadPayloadException(RejectionReason.Undecodable, $"{payload.Length} bytes are not UTF-8 text, but begin as {encoding} does");
        if (!Utf8.IsValid(payload)) throw new BadPayloadException(RejectionReason.Undecodable, $"{payload.Length} bytes are not UTF-8 text");
        ReadOnlySpan<byte> text = Utf8Text.WithoutMark(payload);
        if (text.IsEmpty) throw new BadPayloadException(RejectionReason.EmptyPayload, "the text is a byte order mark alone, expected a text");
        if (text.Length > spec.LongestText)
        {
            throw new BadPayloadException(
                RejectionReason.WrongShape,
                $"the text is {text.Length} bytes, expected at most {spec.LongestText}: the length {spec.Length} less {TextSpec.Frame} tokens around it");
        }

        samples.Add(new TextReading(record.Stream, record.Time, record.Record.Offset, text.Length == payload.Length ? payload : text.ToArray()));
    }
}
