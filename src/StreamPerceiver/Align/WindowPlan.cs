using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>The windows of an entity: window k covers [k * hop, k * hop + size) from the epoch. Integer arithmetic, so no rounding.</summary>
/// <param name="SizeNs">Length of a window, in nanoseconds.</param>
/// <param name="HopNs">Time from the start of a window to the start of the next, in nanoseconds; equal to the size for tumbling windows.</param>
public sealed record WindowPlan(long SizeNs, long HopNs)
{
    /// <summary>Returns the first instant in window k.</summary>
    public EventTime Start(long k) => new(k * HopNs);

    /// <summary>Returns the first instant after window k.</summary>
    public EventTime End(long k) => new(k * HopNs + SizeNs);

    /// <summary>Returns the first window that ends after the time.</summary>
    public long FirstEndingAfter(EventTime time) => FloorDivide(time.Nanoseconds - SizeNs, HopNs) + 1;

    /// <summary>Returns the last window that starts before the time.</summary>
    public long LastStartingBefore(EventTime time) => FloorDivide(time.Nanoseconds - 1, HopNs);

    private static long FloorDivide(long a, long b) => a >= 0 ? a / b : -((b - 1 - a) / b);
}
