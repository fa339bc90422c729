using System.Diagnostics;

namespace StreamPerceiver.Worker.Bench;

/// <summary>What all threads of the process have used so far. The difference of two readings is the use between them.</summary>
/// <param name="Wall">Time on the clock.</param>
/// <param name="Cpu">Time on the cores.</param>
/// <param name="Allocated">Bytes of managed memory.</param>
internal readonly record struct Usage(TimeSpan Wall, TimeSpan Cpu, long Allocated)
{
    public static Usage Now => new(Stopwatch.GetElapsedTime(0), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: false));

    public static Usage operator -(Usage later, Usage earlier) => new(later.Wall - earlier.Wall, later.Cpu - earlier.Cpu, later.Allocated - earlier.Allocated);
}
