using System.Globalization;

namespace StreamPerceiver.Worker.Bench;

/// <summary>This process's memory as Linux counts it (proc(5)).</summary>
internal static class ResidentMemory
{
    /// <summary>Bytes that are resident now.</summary>
    public static long Now() => Field("VmRSS:");

    /// <summary>Most that were since <see cref="ResetPeak"/>.</summary>
    public static long Peak() => Field("VmHWM:");

    /// <summary>Forgets the peak so far.</summary>
    public static void ResetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static long Field(string name)
        => 1024 * long.Parse(
            File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture);
}
