using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Set;

/// <summary>Decodes <c>application/json</c>: an array of elements, each an array of numbers. An empty array is a set without elements.</summary>
internal sealed class JsonSetCodec(SetSpec spec) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["application/json"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
        => samples.Add(spec.Reading(record, ReadSet(record.Record.Value!)));

    private float[] ReadSet(byte[] payload)
    {
        long most = spec.MostElements * (1L + spec.Channels.Count);
        var json = new JsonTokens(payload, 1 + most + 1); // one more than all elements take, so that the message is ours
        List<float> elements = [];
        json.Read();
        if (json.Type != JsonTokenType.StartArray) throw Wrong($"the set is a JSON {json.Type}");
        for (int element = 0; json.Read() && json.Type != JsonTokenType.EndArray; element++)
        {
            if (element == spec.MostElements) throw Wrong($"there are more than {element} elements");
            if (json.Type != JsonTokenType.StartArray) throw Wrong($"element {element} is a JSON {json.Type}");
            ReadElement(ref json, element, elements);
        }

        return json.Read() ? throw Wrong("more data follows the set") : [.. elements];
    }

    private void ReadElement(ref JsonTokens json, int element, List<float> elements)
    {
        int channel = 0;
        for (; json.Read() && json.Type != JsonTokenType.EndArray; channel++)
        {
            if (channel == spec.Channels.Count) throw Wrong($"element {element} has more than {channel} numbers");
            if (json.ReadNumber(spec.NumbersAsText, out float value) is { } problem)
                throw Wrong($"element {element}, channel {spec.Channels[channel]} {problem}");
            elements.Add(value);
        }

        if (channel < spec.Channels.Count) throw Wrong($"element {element} has {channel} numbers");
    }

    private BadPayloadException Wrong(string found)
    {
        string channels = string.Join(", ", spec.Channels);
        return new(RejectionReason.WrongShape, $"{found}; expected at most {spec.MostElements} arrays of {spec.Channels.Count} numbers: {channels}");
    }
}
