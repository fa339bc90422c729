using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Category;

/// <summary>Decodes <c>application/json</c>: a text, number, true or false, alone or in a field of an object.</summary>
/// <param name="words">The vocabulary.</param>
/// <param name="field">The field; null: the payload is the word.</param>
internal sealed class JsonWordCodec(WordReader words, string? field) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["application/json"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        string? word;
        try
        {
            word = field is null ? JsonField.ReadText(record.Record.Value) : JsonField.FindText(record.Record.Value, field);
        }
        catch (JsonException e)
        {
            throw new BadPayloadException(RejectionReason.Undecodable, $"not JSON: {e.Message}", e);
        }

        string place = field is null ? "the value" : $"field {field}";
        samples.Add(words.Read(record, word ?? throw new BadPayloadException(RejectionReason.WrongShape, $"{place} has no word, expected a text or a number")));
    }
}
