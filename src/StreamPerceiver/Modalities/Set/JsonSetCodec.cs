using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Set;

/// <summary>
/// Decodes <c>application/json</c>: an array of elements, each an array of numbers, or an object with a member for each channel. An empty array is a set
/// without elements. The array may be in a field of an object.
/// </summary>
internal sealed class JsonSetCodec(SetSpec spec) : ITimedCodec
{
    // Members of an object beside its channels, which are passed over.
    private const int MostOthers = 64;

    // Values of the object that has the set in a field, beside the set.
    private const int MostAround = 65_536;

    private readonly NumberLayout _layout = spec.Layout;
    private readonly Dictionary<string, int> _channels = spec.Channels.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["application/json"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        List<string?>? ids = spec.Id is null ? null : [];
        float[] elements = ReadSet(record.Record.Value!, ids);
        SetReading reading = spec.Reading(record, elements);
        samples.Add(ids is null ? reading : reading with { Ids = ids });
    }

    /// <inheritdoc/>
    public EventTime FindTime(SourceRecord record, ContentType contentType, TimeMember member) => FieldTime.FindInJson(record.Value, member);

    private float[] ReadSet(byte[] payload, List<string?>? ids)
    {
        long most = spec.MostElements * (1L + spec.Channels.Count + MostOthers);
        var json = new JsonTokens(payload, 1 + most + 1 + (spec.Field is null ? 0 : MostAround)); // one more than all elements take: the message is ours
        List<float> elements = [];
        Span<float> numbers = new float[_layout.Length];
        json.Read();
        if (spec.Field is { } field && (json.Type != JsonTokenType.StartObject || !FieldPath.MoveTo(ref json, field)))
            throw Wrong($"the field {field} is missing");
        if (json.Type != JsonTokenType.StartArray) throw Wrong($"the set is a JSON {json.Type}");
        for (int element = 0; json.Read() && json.Type != JsonTokenType.EndArray; element++)
        {
            if (element == spec.MostElements) throw Wrong($"there are more than {element} elements");
            string? id = null;
            if (json.Type == JsonTokenType.StartArray) ReadArray(ref json, element, numbers);
            else if (json.Type == JsonTokenType.StartObject) id = ReadObject(ref json, element, numbers);
            else throw Wrong($"element {element} is a JSON {json.Type}");
            elements.AddRange(numbers);
            ids?.Add(id);
        }

        while (json.Read())
            if (spec.Field is null)
                throw Wrong("more data follows the set");
        return [.. elements];
    }

    private void ReadArray(ref JsonTokens json, int element, Span<float> numbers)
    {
        int channel = 0;
        for (; json.Read() && json.Type != JsonTokenType.EndArray; channel++)
        {
            if (channel == spec.Channels.Count) throw Wrong($"element {element} has more than {channel} numbers");
            ReadNumber(ref json, element, channel, numbers);
        }

        if (channel < spec.Channels.Count) throw Wrong($"element {element} has {channel} numbers");
    }

    // Returns the id of the element, or null where it has none.
    private string? ReadObject(ref JsonTokens json, int element, Span<float> numbers)
    {
        var isThere = new bool[spec.Channels.Count];
        string? id = null;
        while (json.Read() && json.Type != JsonTokenType.EndObject)
        {
            string name = ReadText(ref json);
            json.Read();
            if (_channels.TryGetValue(name, out int channel))
            {
                if (isThere[channel]) throw Wrong($"element {element} has the channel {name} twice");
                ReadNumber(ref json, element, channel, numbers);
                isThere[channel] = true;
            }
            else if (name == spec.Id) id = ReadId(ref json, element);
            else json.Skip();
        }

        int missing = Array.IndexOf(isThere, false);
        return missing < 0 ? id : throw Wrong($"element {element} lacks the channel {spec.Channels[missing]}");
    }

    private void ReadNumber(ref JsonTokens json, int element, int channel, Span<float> numbers)
    {
        if ((json.ReadNumber(spec.NumbersAsText, out double number) ?? _layout.Store(numbers, channel, number)) is { } problem)
            throw Wrong($"element {element}, channel {spec.Channels[channel]} {problem}");
    }

    private string? ReadId(ref JsonTokens json, int element)
    {
        if (json.Type == JsonTokenType.Null) return null;
        if (json.Type is not (JsonTokenType.String or JsonTokenType.Number)) throw Wrong($"the id {spec.Id} of element {element} is a JSON {json.Type}");
        string id = json.TextBytes > 6 * SetSpec.MostIdLength ? "" : json.Type == JsonTokenType.Number ? json.NumberText : ReadText(ref json);
        if (id.Length is 0 or > SetSpec.MostIdLength)
            throw Wrong($"the id {spec.Id} of element {element} has {json.TextBytes} bytes, expected 1 to {SetSpec.MostIdLength} characters");
        return id;
    }

    private static string ReadText(ref JsonTokens json)
    {
        Span<char> text = new char[json.TextBytes];
        return new string(text[..json.CopyText(text)]);
    }

    private BadPayloadException Wrong(string found)
    {
        string channels = string.Join(", ", spec.Channels);
        return new(RejectionReason.WrongShape, $"{found}; expected at most {spec.MostElements} arrays of {spec.Channels.Count} numbers: {channels}");
    }
}
