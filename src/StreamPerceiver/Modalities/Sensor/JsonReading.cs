using System.Text;
using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// Parses one reading in JSON: an object with a number for each channel, or an array of numbers in the channels' order. An object may also have a
/// member <c>time</c>, an RFC 3339 time, unless a channel has that name.
/// </summary>
/// <param name="channels">Names of the channels, in the model's order.</param>
internal sealed class JsonReading(IReadOnlyList<string> channels)
{
    private const int FewChannels = 256;

    private readonly byte[][] _names = [.. channels.Select(Encoding.UTF8.GetBytes)];

    private static ReadOnlySpan<byte> TimeMember => "time"u8;

    /// <summary>Parses a payload that is one reading.</summary>
    /// <exception cref="BadPayloadException">The payload is not JSON, or not a reading of these channels.</exception>
    public float[] Read(ReadOnlySpan<byte> payload) => Read(payload, readsTime: false, out _);

    /// <summary>Parses a payload that is one reading. The time is the text of its member <c>time</c>, or null.</summary>
    /// <exception cref="BadPayloadException">The payload is not JSON, or not a reading of these channels.</exception>
    public float[] Read(ReadOnlySpan<byte> payload, out string? time) => Read(payload, readsTime: true, out time);

    private float[] Read(ReadOnlySpan<byte> payload, bool readsTime, out string? time)
    {
        time = null;
        var values = new float[channels.Count];
        Span<bool> seen = values.Length <= FewChannels ? stackalloc bool[values.Length] : new bool[values.Length];
        var reader = new Utf8JsonReader(payload);
        try
        {
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    ReadObject(ref reader, values, seen, readsTime, ref time);
                    break;
                case JsonTokenType.StartArray:
                    ReadArray(ref reader, values, seen);
                    break;
                default:
                    throw Wrong($"the reading is a JSON {reader.TokenType}");
            }

            if (reader.Read()) throw Wrong("more data follows the reading");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // InvalidOperationException: a name that is not Unicode
        {
            throw new BadPayloadException(RejectionReason.Undecodable, $"not JSON: {e.Message}", e);
        }

        int missing = seen.IndexOf(false);
        if (missing >= 0) throw Wrong($"channel {channels[missing]} is missing");
        return values;
    }

    private void ReadObject(ref Utf8JsonReader reader, float[] values, scoped Span<bool> seen, bool readsTime, ref string? time)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int channel = ChannelAt(ref reader);
            bool isTime = readsTime && channel < 0 && reader.ValueTextEquals(TimeMember);
            reader.Read();
            if (channel >= 0 && seen[channel]) throw Wrong($"channel {channels[channel]} occurs twice");
            if (isTime && reader.TokenType == JsonTokenType.String) time = reader.GetString();
            else if (channel < 0) reader.Skip(); // a reading may have members that this pipeline does not use
            else (values[channel], seen[channel]) = (ReadNumber(ref reader, channel), true);
        }
    }

    private void ReadArray(ref Utf8JsonReader reader, float[] values, scoped Span<bool> seen)
    {
        int channel = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; channel++)
        {
            if (channel == values.Length) throw Wrong($"there are more than {values.Length} values");
            (values[channel], seen[channel]) = (ReadNumber(ref reader, channel), true);
        }
    }

    private int ChannelAt(ref Utf8JsonReader reader)
    {
        for (int i = 0; i < _names.Length; i++)
            if (reader.ValueTextEquals(_names[i]))
                return i;
        return -1;
    }

    private float ReadNumber(ref Utf8JsonReader reader, int channel)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out double value))
            throw Wrong($"channel {channels[channel]} is a JSON {reader.TokenType}");
        return float.IsFinite((float)value) ? (float)value : throw Wrong($"channel {channels[channel]} is {value}, too large for float32");
    }

    private BadPayloadException Wrong(string found)
        => new(RejectionReason.WrongShape, $"{found}; expected numbers for {string.Join(", ", channels)}");
}
