namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// Where the numbers of a reading are: one float32 for each channel. A float32 has degrees to a metre only. So behind them follows, for each channel of a
/// position, what the float32 lacks of the number.
/// </summary>
/// <param name="channels">The number of channels, C.</param>
/// <param name="position">The channels that are a position; null (default) where none are.</param>
internal sealed class ReadingLayout(int channels, GeoPosition? position = null)
{
    /// <summary>The number of channels, C.</summary>
    public int Channels => channels;

    /// <summary>The numbers of a reading.</summary>
    public int Length => channels + (position?.Channels.Count ?? 0);

    /// <summary>Stores a channel's number in a reading. Returns what is wrong with the number, or null.</summary>
    /// <param name="values"><see cref="Length"/> numbers.</param>
    /// <param name="channel">Index of the channel.</param>
    /// <param name="number">The number as the payload has it.</param>
    public string? Store(Span<float> values, int channel, double number)
    {
        values[channel] = (float)number;
        if (!float.IsFinite(values[channel])) return $"is {number}, expected a finite float32";
        if (RestOf(channel) is { } rest) values[rest] = (float)(number - values[channel]);
        return position?.Problem(channel, number);
    }

    /// <summary>Returns a channel's number, of which 48 bits are kept for a channel of a position.</summary>
    public double Exact(ReadOnlySpan<float> values, int channel) => values[channel] + (RestOf(channel) is { } rest ? (double)values[rest] : 0);

    private int? RestOf(int channel)
    {
        for (int i = 0; i < position?.Channels.Count; i++)
            if (position.Channels[i] == channel)
                return channels + i;
        return null;
    }
}
