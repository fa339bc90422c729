using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Category;

/// <summary>Decodes <c>application/json</c>: a text, number, true or false.</summary>
/// <param name="words">The vocabulary.</param>
internal sealed class JsonWordCodec(WordReader words) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["application/json"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
        => samples.Add(words.ReadJson(record, "the value", JsonField.ReadText));
}
