using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Model;
using StreamPerceiver.Worker.Inference;
using static TorchSharp.torch;

namespace StreamPerceiver.Worker.Bench;

/// <summary>
/// Measures how time and memory grow with the number of tokens. In Perceiver IO both grow no faster than linearly (arXiv:2107.14795, section 3.1).
/// </summary>
internal static class GrowthBench
{
    private const int Latents = 512;
    private const int Runs = 5;

    // Sides of a picture with one token a pixel. Each has twice the tokens of the one before, from a thousand to two hundred thousand.
    private static readonly int[] Sides = [32, 45, 64, 91, 128, 181, 256, 362, 448];

    /// <summary>Encodes pictures of growing size, and prints a line for each.</summary>
    public static void Run(int threads, TextWriter output)
    {
        ExecutionPlan plan = TorchRuntime.Start(threads, new PlanChoice(), NullLogger.Instance);
        output.WriteLine($"{Latents} latents, one cross-attention, {get_num_threads()} threads on {plan.Device}");
        output.WriteLine("   tokens    median ms   ns a token   x tokens   x time   MiB beyond weights   MiB of tokens x latents");
        (long Tokens, double Seconds)? before = null;
        foreach (int side in Sides)
        {
            (long tokens, double seconds, long peak) = Measure(side, plan);
            string ratios = before is { } b ? Text($"{(double)tokens / b.Tokens,11:F2}{seconds / b.Seconds,9:F2}") : new string(' ', 20);
            long scores = tokens * Latents * sizeof(float);
            output.WriteLine(Text($"{tokens,9}{seconds * 1e3,13:F2}{seconds * 1e9 / tokens,13:F0}{ratios}{Mebibytes(peak),21:F0}{Mebibytes(scores),26:F0}"));
            before = (tokens, seconds);
        }
    }

    private static double Mebibytes(long bytes) => bytes / 1048576.0;

    private static (long Tokens, double Seconds, long Peak) Measure(int side, ExecutionPlan plan)
    {
        var config = new PerceiverConfig
        {
            Architecture = PerceiverArchitecture.StreamPerceiver,
            Inputs = new Dictionary<string, InputConfig> { ["picture"] = new ImageInput { Height = side, Width = side } },
            Outputs = new Dictionary<string, OutputConfig> { ["mean"] = new MeanOutput { Labels = ["a", "b"] } },
            NumLatents = Latents,
            DLatents = 256,
            NumSelfAttendsPerBlock = 0,
            NumCrossAttentionHeads = 1,
        };
        using var model = new PerceiverModel(config, WeightRecipe.Make(config), plan);
        using IDisposable scope = NewDisposeScope();
        NamedCall call = MadeUpCall.Of(config, plan.Device, batch: 1, points: 0);
        long loaded = ResidentMemory.Now();
        ResidentMemory.ResetPeak();
        List<double> seconds = [];
        for (int run = 0; run <= Runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            model.Encode(call.Inputs).Dispose();
            if (run > 0) seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds); // the first run also makes the tables of the grid
        }

        return (side * side, Statistics.Median(seconds), ResidentMemory.Peak() - loaded);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
