using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Text;

/// <summary>Decodes <c>text/plain</c> in UTF-8. A byte order mark is no part of the text.</summary>
internal sealed class PlainTextCodec(TextSpec spec) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => [PlainTextPayload.MediaType];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
        => samples.Add(spec.Reading(record, PlainTextPayload.Read(record.Record.Value, contentType)));
}
