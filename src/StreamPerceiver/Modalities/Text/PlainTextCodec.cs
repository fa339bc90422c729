using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Text;

/// <summary>Decodes <c>text/plain</c> in UTF-8. A byte order mark is no part of the text. A text that is too long is rejected and not cut.</summary>
internal sealed class PlainTextCodec(TextSpec spec) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => [PlainTextPayload.MediaType];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        byte[] payload = record.Record.Value!;
        byte[] text = spec.MarkMasks(PlainTextPayload.Read(payload, contentType));
        if (text.Length > spec.LongestText)
        {
            throw new BadPayloadException(
                RejectionReason.WrongShape,
                $"the text is {text.Length} bytes, expected at most {spec.LongestText}: the length {spec.Length} less {TextSpec.Frame} tokens around it");
        }

        samples.Add(new TextReading(record.Stream, record.Time, record.Record.Offset, text));
    }
}
