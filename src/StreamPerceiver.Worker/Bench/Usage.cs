using System.Diagnostics;

namespace StreamPerceiver.Worker.Bench;

/// <summary>What the process has taken, of all threads together; the difference of two is what went on between them.</summary>
/// <param name="Wall">Time on the clock.</param>
/// <param name="Cpu">Time on the cores.</param>
/// <param name="Allocated">Bytes of managed memory.</param>
internal readonly record struct Usage(TimeSpan Wall, TimeSpan Cpu, long Allocated)
{
    public static Usage Now => new(Stopwatch.GetElapsedTime(0), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: false));

    public static Usage operator -(Usage later, Usage earlier) => new(later.Wall - earlier.Wall, later.Cpu - earlier.Cpu, later.Allocated - earlier.Allocated);
}
