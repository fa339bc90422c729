using System.Text;
using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Text;

/// <summary>Decodes <c>application/json</c>: an object with the text in a field.</summary>
/// <param name="spec">The input.</param>
/// <param name="field">The field.</param>
internal sealed class JsonTextCodec(TextSpec spec, string field) : ITimedCodec
{
    private const int MostValues = 65_536;

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["application/json"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        var json = new JsonTokens(record.Record.Value, MostValues);
        json.Read();
        if (json.Type != JsonTokenType.StartObject || !FieldPath.MoveTo(ref json, field)) throw Wrong("is missing");
        if (json.Type != JsonTokenType.String) throw Wrong($"is a JSON {json.Type}");
        char[] text = new char[json.TextBytes];
        byte[] utf8 = Encoding.UTF8.GetBytes(text, 0, json.CopyText(text));
        if (utf8.Length == 0) throw new BadPayloadException(RejectionReason.EmptyPayload, $"field {field} has no character, expected a text");
        while (json.Read()) { } // what follows must be JSON
        samples.Add(spec.Reading(record, utf8));
    }

    /// <inheritdoc/>
    public EventTime FindTime(SourceRecord record, ContentType contentType, TimeMember member) => FieldTime.FindInJson(record.Value, member);

    private BadPayloadException Wrong(string found) => new(RejectionReason.WrongShape, $"field {field} {found}, expected a text");
}
