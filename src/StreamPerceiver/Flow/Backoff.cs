namespace StreamPerceiver.Flow;

/// <summary>
/// How long to pause before each further try: twice as long each time, up to a limit. Half of every pause is left to chance, so that workers that
/// were cut off together do not all come back at once. Pure: the waiting is the caller's.
/// </summary>
/// <param name="first">The first pause at its longest; no pause is shorter than half of it.</param>
/// <param name="most">The longest pause there is.</param>
/// <param name="random">Where chance comes from; this backoff's alone.</param>
public sealed class Backoff(TimeSpan first, TimeSpan most, Random random)
{
    private double _longer = 1;

    /// <summary>The pause before the next try.</summary>
    public TimeSpan Next()
    {
        TimeSpan longest = first * _longer < most ? first * _longer : most;
        if (longest < most) _longer *= 2;
        return longest / 2 * (1 + random.NextDouble());
    }

    /// <summary>A try has succeeded: the pauses begin anew.</summary>
    public void Reset() => _longer = 1;
}
