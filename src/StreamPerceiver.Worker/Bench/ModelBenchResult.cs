using System.Globalization;
using System.Text.Json;
using StreamPerceiver.Model;

namespace StreamPerceiver.Worker.Bench;

/// <summary>What <c>bench model</c> found.</summary>
internal sealed record ModelBenchResult
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Name of the model's directory.</summary>
    public required string Model { get; init; }

    /// <summary>What dense products ran in.</summary>
    public required Precision Precision { get; init; }

    /// <summary>Where it ran.</summary>
    public required string Device { get; init; }

    /// <summary>The plan by which it ran.</summary>
    public required string Plan { get; init; }

    /// <summary>libtorch's threads.</summary>
    public required int Threads { get; init; }

    /// <summary>Seconds of each run.</summary>
    public required IReadOnlyList<double> Runs { get; init; }

    /// <summary>Median seconds of each part.</summary>
    public required IReadOnlyList<PartTime> Parts { get; init; }

    /// <summary>Rate of a matrix product on the CPU between the runs, the median, in GFLOP/s.</summary>
    public required IReadOnlyDictionary<Precision, double> Gemm { get; init; }

    /// <summary>Most memory that the runs took beyond the loaded model and its inputs, in bytes.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Prints the figures as a table.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine(Text($"{Model}: {Precision} on {Device}, plan {Plan}, {Threads} threads"));
        output.WriteLine(Text($"  matrix product {Gemm[Precision.Float32]:F0} GFLOP/s in float32, {Gemm[Precision.BFloat16]:F0} in bfloat16"));
        output.WriteLine(Text($"  {Statistics.Median(Runs):F3} s (median of {Runs.Count}; {Runs.Min():F3} to {Runs.Max():F3})"));
        output.WriteLine(Text($"  {PeakBytes / 1048576.0:F0} MiB beyond weights and inputs"));
        output.WriteLine("  part                           seconds   plain GFLOP   GFLOP/s as if plain   x float32 product");
        foreach (PartTime part in (IEnumerable<PartTime>)[.. Parts, new PartTime("all", Parts.Sum(p => p.Seconds), Parts.Sum(p => p.PlainFlops))])
            output.WriteLine(
                Text($"  {part.Part,-28}{part.Seconds,10:F4}{part.PlainFlops / 1e9,14:F1}{Rate(part),22:F0}{Rate(part) / Gemm[Precision.Float32],20:F2}"));
    }

    /// <summary>Returns the figures as a JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            model = Model,
            dtype = Name(Precision),
            device = Device,
            plan = Plan,
            threads = Threads,
            seconds = new { median = Statistics.Median(Runs), min = Runs.Min(), runs = Runs },
            parts = Parts.Select(
                p => new { part = p.Part, seconds = p.Seconds, plainFlops = p.PlainFlops, timesFloat32Product = Rate(p) / Gemm[Precision.Float32] }),
            gemmGflops = Gemm.ToDictionary(g => Name(g.Key), g => g.Value),
            peakBytes = PeakBytes,
        },
        Indented);

    private static double Rate(PartTime part) => part.PlainFlops / Math.Max(part.Seconds, 1e-9) / 1e9;

    private static string Name(Precision precision) => precision.ToString().ToLowerInvariant();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
