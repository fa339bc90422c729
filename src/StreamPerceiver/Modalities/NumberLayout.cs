namespace StreamPerceiver.Modalities;

/// <summary>
/// Where the numbers of a reading or an element are: one float32 for each channel. A float32 has degrees to a metre only, and counts to 16,777,216. So behind
/// them follow, for each channel that is kept in double precision, two more float32 with what the first one lacks.
/// </summary>
internal sealed class NumberLayout
{
    /// <summary>The numbers that follow for each channel in double precision, of 24 bits each.</summary>
    public const int PartsBehind = 2;

    private readonly Func<int, double, string?>? _problem;
    private readonly int[]? _parts; // by channel: the index of its first part behind the channels, or 0

    /// <summary>Makes a layout.</summary>
    /// <param name="channels">The number of channels, C.</param>
    /// <param name="exact">The channels that are kept in double precision (default: none).</param>
    /// <param name="problem">Tells what is wrong with a number of such a channel, or returns null.</param>
    public NumberLayout(int channels, IReadOnlyList<int>? exact = null, Func<int, double, string?>? problem = null)
    {
        (Channels, Length, _problem) = (channels, channels + PartsBehind * (exact?.Count ?? 0), problem);
        if (Length == channels) return;
        _parts = new int[channels];
        for (int i = 0; i < exact!.Count; i++)
            if (exact[i] >= 0)
                _parts[exact[i]] = channels + PartsBehind * i;
    }

    /// <summary>The number of channels, C.</summary>
    public int Channels { get; }

    /// <summary>The numbers of a reading or an element.</summary>
    public int Length { get; }

    /// <summary>Stores a channel's number. Returns what is wrong with the number, or null.</summary>
    /// <param name="values"><see cref="Length"/> numbers.</param>
    /// <param name="channel">Index of the channel.</param>
    /// <param name="number">The number as the payload has it.</param>
    public string? Store(Span<float> values, int channel, double number)
    {
        values[channel] = (float)number;
        if (!float.IsFinite(values[channel])) return $"is {number}, expected a finite float32";
        if (_parts is null || _parts[channel] is not (> 0 and var part)) return null;
        double lacking = number - values[channel];
        values[part] = (float)lacking;
        values[part + 1] = (float)(lacking - values[part]);
        return _problem?.Invoke(channel, number);
    }

    /// <summary>Returns a channel's number, in double precision where the channel is kept so.</summary>
    public double Exact(ReadOnlySpan<float> values, int channel)
        => _parts is not null && _parts[channel] is > 0 and var part ? (double)values[channel] + values[part] + values[part + 1] : values[channel];
}
