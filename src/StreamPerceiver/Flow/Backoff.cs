namespace StreamPerceiver.Flow;

/// <summary>
/// Exponential backoff: computes the pause before each retry. A pause is twice as long as the last one, up to a limit. Half of each pause is random, so
/// that workers that lost a broker together do not return together. The caller does the waiting.
/// </summary>
/// <param name="first">The longest first pause; no pause is shorter than half of it.</param>
/// <param name="most">The longest pause of all.</param>
/// <param name="random">The source of the random half. No other backoff uses it.</param>
public sealed class Backoff(TimeSpan first, TimeSpan most, Random random)
{
    private double _longer = 1;

    /// <summary>Returns the pause before the next try, and doubles the one after it.</summary>
    public TimeSpan NextPause()
    {
        TimeSpan longest = first * _longer < most ? first * _longer : most;
        if (longest < most) _longer *= 2;
        return longest / 2 * (1 + random.NextDouble());
    }

    /// <summary>Starts again with the first pause. Call this after a try that succeeded.</summary>
    public void Reset() => _longer = 1;
}
