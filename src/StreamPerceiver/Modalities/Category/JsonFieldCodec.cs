using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Category;

/// <summary>Decodes <c>application/json</c>: an object with a text, number, true or false in a field.</summary>
/// <param name="words">The vocabulary.</param>
/// <param name="field">The field.</param>
internal sealed class JsonFieldCodec(WordReader words, string field) : ITimedCodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["application/json"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
        => samples.Add(words.ReadJson(record, $"field {field}", payload => JsonField.FindText(payload, field)));

    /// <inheritdoc/>
    public EventTime FindTime(SourceRecord record, ContentType contentType, TimeMember member) => FieldTime.FindInJson(record.Value, member);
}
