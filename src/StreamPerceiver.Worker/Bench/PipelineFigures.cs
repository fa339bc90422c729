using System.Globalization;

namespace StreamPerceiver.Worker.Bench;

/// <summary>The figures of <c>bench pipeline</c>.</summary>
/// <param name="Cores">Cores of the machine.</param>
/// <param name="Loads">Throughput, a workload each.</param>
/// <param name="Latencies">Latency under a light load, by delivery.</param>
internal sealed record PipelineFigures(int Cores, IReadOnlyList<LoadFigures> Loads, IReadOnlyList<LatencyFigures> Latencies)
{
    /// <summary>Prints the figures as text.</summary>
    public void Print(TextWriter output)
    {
        foreach (LoadFigures load in Loads)
        {
            output.WriteLine($"{load.Load}, from {load.Source}");
            Rate whole = load.Whole;
            Line($"    {whole.PerCoreSecond,12:N0} records/s and core, {whole.PerSecond:N0}/s on {Cores} cores");
            Line($"      a record: {whole.CpuMicroseconds:F2} us of CPU, {whole.AllocatedBytes:N0} bytes allocated");
            foreach (StageFigures stage in load.Stages) Line($"      {stage.Stage,-26} {stage.CpuMicroseconds,10:F2} us {stage.AllocatedBytes,12:N0} bytes");
            Line($"      {load.Rest.Stage,-26} {load.Rest.CpuMicroseconds,10:F2} us {load.Rest.AllocatedBytes,12:N0} bytes");
            output.WriteLine($"      most goes to: {load.Limit}");
        }

        foreach (LatencyFigures l in Latencies)
        {
            Line($"latency, {l.Delivery}, {l.Source}: {l.Windows} windows, {l.WindowsPerSecond:F1} a second; in ms from the record that closes a window");
            Line($"      added before the client has the prediction: p50 {l.Added.P50:F1}, p99 {l.Added.P99:F1}");
            Line($"        (without the batch's deadline of {l.BatchDeadlineMs} ms)");
            Line($"      until a reader of committed records has it: p50 {l.Read.P50:F1}, p99 {l.Read.P99:F1}");
        }

        void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }
}

/// <summary>Throughput of a workload.</summary>
/// <param name="Load">The workload.</param>
/// <param name="Source">Where its records came from.</param>
/// <param name="Whole">All of it, from the source to tokens and back.</param>
/// <param name="Stages">The stages' own work.</param>
internal sealed record LoadFigures(string Load, string Source, Rate Whole, IReadOnlyList<StageFigures> Stages)
{
    /// <summary>
    /// What the whole takes beyond the stages: the blocks between them, the client, and garbage collection. Zero where the stages alone took more, which
    /// happens with large windows.
    /// </summary>
    public StageFigures Rest => new(
        "graph and source", Math.Max(0, Whole.CpuMicroseconds - Stages.Sum(s => s.CpuMicroseconds)),
        Math.Max(0, Whole.AllocatedBytes - Stages.Sum(s => s.AllocatedBytes)));

    /// <summary>What takes the most CPU.</summary>
    public string Limit => Stages.Append(Rest).MaxBy(s => s.CpuMicroseconds)!.Stage;
}

/// <summary>The cost of a record, and the records a second that follow from it.</summary>
/// <param name="PerCoreSecond">Records for a second of CPU time.</param>
/// <param name="PerSecond">Records for a second on the clock, with all cores.</param>
/// <param name="CpuMicroseconds">CPU time of a record.</param>
/// <param name="AllocatedBytes">Managed memory that a record allocates.</param>
internal sealed record Rate(double PerCoreSecond, double PerSecond, double CpuMicroseconds, double AllocatedBytes)
{
    public static Rate Of(long records, Usage used)
        => new(records / used.Cpu.TotalSeconds, records / used.Wall.TotalSeconds, used.Cpu.TotalMicroseconds / records, (double)used.Allocated / records);

    /// <summary>Returns the rate with the median CPU time.</summary>
    public static Rate Median(IEnumerable<Rate> rates) => rates.OrderBy(r => r.CpuMicroseconds).ToArray() is var sorted ? sorted[sorted.Length / 2] : null!;
}

/// <summary>A stage's part of a record's cost.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="CpuMicroseconds">CPU time of a record.</param>
/// <param name="AllocatedBytes">Managed memory that a record allocates.</param>
internal sealed record StageFigures(string Stage, double CpuMicroseconds, double AllocatedBytes)
{
    public static StageFigures Of(string stage, Usage used, int records) => new(stage, used.Cpu.TotalMicroseconds / records, (double)used.Allocated / records);
}

/// <summary>Latency under a light load.</summary>
/// <param name="Delivery">exactly-once or at-least-once.</param>
/// <param name="Source">The broker.</param>
/// <param name="Windows">Windows measured.</param>
/// <param name="WindowsPerSecond">Windows a second.</param>
/// <param name="BatchDeadlineMs">How long a batch that does not fill waits.</param>
/// <param name="Added">From the record that closes a window to its prediction being handed to the client, less the deadline.</param>
/// <param name="Read">From that record until a reader of committed records has the prediction.</param>
internal sealed record LatencyFigures(
    string Delivery, string Source, int Windows, double WindowsPerSecond, int BatchDeadlineMs, Percentiles Added, Percentiles Read);

/// <summary>Two quantiles of a time, in milliseconds.</summary>
internal sealed record Percentiles(double P50, double P99)
{
    public static Percentiles Of(IEnumerable<double> values) => values.Order().ToArray() is { Length: > 0 } sorted
        ? new(At(sorted, 0.5), At(sorted, 0.99))
        : throw new StreamPerceiverException("no prediction came while latency was measured, expected more --seconds");

    private static double At(double[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
}
