using System.Text;
using System.Text.Json;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Decode;

/// <summary>
/// Readings: <c>application/json</c>, an object with a number for each channel or an array of numbers in the channels' order, and
/// <c>application/x-npy</c>, an array (channels).
/// </summary>
internal sealed class SensorDecoder(SensorSpec spec) : IPayloadDecoder
{
    private const int FewChannels = 256;

    private readonly byte[][] _names = [.. spec.Channels.Select(Encoding.UTF8.GetBytes)];

    public MediaSample Decode(RawRecord record, ContentType contentType)
    {
        byte[] payload = record.Record.Value!;
        float[] values = contentType.MediaType switch
        {
            "application/json" => FromJson(payload),
            NpyPayload.MediaType => NpyPayload.Row(payload, spec.Channels.Count),
            _ => throw new BadPayloadException(RejectionReason.UnknownContentType, $"content-type is '{contentType.MediaType}', expected application/json or {NpyPayload.MediaType}"),
        };
        return new SensorReading(record.Stream, record.Time, record.Record.Offset, values);
    }

    private float[] FromJson(byte[] payload)
    {
        var values = new float[spec.Channels.Count];
        Span<bool> seen = values.Length <= FewChannels ? stackalloc bool[values.Length] : new bool[values.Length];
        var reader = new Utf8JsonReader(payload);
        try
        {
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    ReadObject(ref reader, values, seen);
                    break;
                case JsonTokenType.StartArray:
                    ReadArray(ref reader, values, seen);
                    break;
                default:
                    throw Wrong($"the reading is a JSON {reader.TokenType}");
            }

            if (reader.Read()) throw Wrong("something follows the reading");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for a name that is not Unicode
        {
            throw new BadPayloadException(RejectionReason.Undecodable, $"not JSON: {e.Message}", e);
        }

        int missing = seen.IndexOf(false);
        if (missing >= 0) throw Wrong($"channel {spec.Channels[missing]} is missing");
        return values;
    }

    private void ReadObject(ref Utf8JsonReader reader, float[] values, scoped Span<bool> seen)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int channel = ChannelAt(ref reader);
            reader.Read();
            if (channel >= 0 && seen[channel]) throw Wrong($"channel {spec.Channels[channel]} is there twice");
            if (channel < 0) reader.Skip(); // a reading may carry more than this pipeline asks for
            else (values[channel], seen[channel]) = (Number(ref reader, channel), true);
        }
    }

    private void ReadArray(ref Utf8JsonReader reader, float[] values, scoped Span<bool> seen)
    {
        int channel = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; channel++)
        {
            if (channel == values.Length) throw Wrong($"there are more than {values.Length} values");
            (values[channel], seen[channel]) = (Number(ref reader, channel), true);
        }
    }

    private int ChannelAt(ref Utf8JsonReader reader)
    {
        for (int i = 0; i < _names.Length; i++)
            if (reader.ValueTextEquals(_names[i]))
                return i;
        return -1;
    }

    private float Number(ref Utf8JsonReader reader, int channel)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out double value))
            throw Wrong($"channel {spec.Channels[channel]} is a JSON {reader.TokenType}");
        return float.IsFinite((float)value) ? (float)value : throw Wrong($"channel {spec.Channels[channel]} is {value}, too large for float32");
    }

    private BadPayloadException Wrong(string found)
        => new(RejectionReason.WrongShape, $"{found}; expected numbers for {string.Join(", ", spec.Channels)}");
}
