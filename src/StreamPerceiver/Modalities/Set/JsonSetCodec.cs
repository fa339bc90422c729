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
        => samples.Add(new SetReading(record.Stream, record.Time, record.Record.Offset, ReadSet(record.Record.Value!)));

    private float[] ReadSet(byte[] payload)
    {
        var reader = new Utf8JsonReader(payload);
        List<float> elements = [];
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray) throw Wrong($"the set is a JSON {reader.TokenType}");
            for (int element = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; element++)
            {
                if (element == spec.Slots) throw Wrong($"there are more than {spec.Slots} elements");
                if (reader.TokenType != JsonTokenType.StartArray) throw Wrong($"element {element} is a JSON {reader.TokenType}");
                ReadElement(ref reader, element, elements);
            }

            if (reader.Read()) throw Wrong("more data follows the set");
        }
        catch (JsonException e)
        {
            throw new BadPayloadException(RejectionReason.Undecodable, $"not JSON: {e.Message}", e);
        }

        return [.. elements];
    }

    private void ReadElement(ref Utf8JsonReader reader, int element, List<float> elements)
    {
        int channel = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; channel++)
        {
            if (channel == spec.Channels.Count) throw Wrong($"element {element} has more than {channel} numbers");
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out double value))
                throw Wrong($"element {element}, channel {spec.Channels[channel]} is a JSON {reader.TokenType}");
            if (!float.IsFinite((float)value)) throw Wrong($"element {element}, channel {spec.Channels[channel]} is {value}, too large for float32");
            elements.Add((float)value);
        }

        if (channel < spec.Channels.Count) throw Wrong($"element {element} has {channel} numbers");
    }

    private BadPayloadException Wrong(string found)
    {
        string channels = string.Join(", ", spec.Channels);
        return new(RejectionReason.WrongShape, $"{found}; expected at most {spec.Slots} arrays of {spec.Channels.Count} numbers: {channels}");
    }
}
