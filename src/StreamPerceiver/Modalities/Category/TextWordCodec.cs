using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Category;

/// <summary>Decodes <c>text/plain</c> in UTF-8: one word.</summary>
internal sealed class TextWordCodec(WordReader words) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => [PlainTextPayload.MediaType];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
        => samples.Add(words.Read(record, Encoding.UTF8.GetString(PlainTextPayload.Read(record.Record.Value, contentType))));
}
