using StreamPerceiver.Model;

namespace StreamPerceiver.Benchmarks.Peers;

/// <summary>What one run took.</summary>
/// <param name="Seconds">By the clock.</param>
/// <param name="CpuSeconds">Of all threads of the process together.</param>
internal readonly record struct RunTime(double Seconds, double CpuSeconds);

/// <summary>What one engine took in one case.</summary>
/// <param name="Name">The engine.</param>
/// <param name="IsOurs">Whether it is this product.</param>
/// <param name="Precision">What its dense products ran in.</param>
/// <param name="Runs">Each round.</param>
/// <param name="Largest">The largest difference of its outputs from ours in float32.</param>
/// <param name="Relative">The root mean square of these differences, as a share of that of our outputs; of the output where it is largest.</param>
internal sealed record PeerResult(string Name, bool IsOurs, Precision Precision, IReadOnlyList<RunTime> Runs, double Largest, double Relative)
{
    /// <summary>Seconds by the clock, the median of the rounds.</summary>
    public double Median => PeerText.Median(Runs.Select(r => r.Seconds));

    /// <summary>Seconds of the processors, the median of the rounds.</summary>
    public double MedianCpu => PeerText.Median(Runs.Select(r => r.CpuSeconds));
}

/// <summary>What all engines took in one case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Results">By engine.</param>
/// <param name="Gemm">GFLOP/s of libtorch's own matrix product in the same minutes, by type: the median of the rounds.</param>
internal sealed record CaseResult(string Case, IReadOnlyList<PeerResult> Results, IReadOnlyDictionary<Precision, double> Gemm)
{
    /// <summary>Ours in a type.</summary>
    public PeerResult Ours(Precision precision) => Results.Single(r => r.IsOurs && r.Precision == precision);

    /// <summary>The fastest other engine in a type; null where there was none.</summary>
    public PeerResult? Fastest(Precision precision) => Others(precision).MinBy(r => r.Median);

    /// <summary>The other engine in a type that takes the least of the processors; null where there was none.</summary>
    public PeerResult? Thriftiest(Precision precision) => Others(precision).MinBy(r => r.MedianCpu);

    private IEnumerable<PeerResult> Others(Precision precision) => Results.Where(r => !r.IsOurs && r.Precision == precision);
}
