using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>Window k of an entity covers [k * hop, k * hop + size) from the epoch. Pure arithmetic on integers.</summary>
/// <param name="SizeNs">Length of a window, in nanoseconds.</param>
/// <param name="HopNs">From one window's start to the next one's, in nanoseconds; equal to the size for tumbling windows.</param>
public sealed record WindowPlan(long SizeNs, long HopNs)
{
    /// <summary>First instant of window k.</summary>
    public EventTime Start(long k) => new(k * HopNs);

    /// <summary>First instant past window k.</summary>
    public EventTime End(long k) => new(k * HopNs + SizeNs);

    /// <summary>The first window that ends after the time.</summary>
    public long FirstEndingAfter(EventTime time) => FloorDivide(time.Nanoseconds - SizeNs, HopNs) + 1;

    /// <summary>The last window that starts before the time.</summary>
    public long LastStartingBefore(EventTime time) => FloorDivide(time.Nanoseconds - 1, HopNs);

    private static long FloorDivide(long a, long b) => a >= 0 ? a / b : -((b - 1 - a) / b);
}
