namespace StreamPerceiver.Recordings.Info;

/// <summary>Keeps evenly spaced ones of many numbers: all of them at first, later every second, every fourth, and so on.</summary>
/// <param name="most">How many are kept at most.</param>
internal sealed class ThinnedSamples(int most)
{
    private readonly List<long> _kept = [];
    private long _step = 1, _seen;

    /// <summary>Adds a number to those that quantiles are taken of.</summary>
    public void Add(long value)
    {
        if (_seen++ % _step != 0) return;
        _kept.Add(value);
        if (_kept.Count < most) return;
        for (int i = 0; 2 * i < _kept.Count; i++) _kept[i] = _kept[2 * i];
        _kept.RemoveRange((_kept.Count + 1) / 2, _kept.Count / 2);
        _step *= 2;
    }

    /// <summary>Returns the number that a share of them does not exceed; null where there is none.</summary>
    public long? Quantile(double share)
    {
        if (_kept.Count == 0) return null;
        long[] sorted = [.. _kept.Order()];
        return sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
