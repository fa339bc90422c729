using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Model;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Inference;
using static TorchSharp.torch;

namespace StreamPerceiver.Worker.Bench;

/// <summary>Measures a model, and between its runs the rate of a matrix product on the same machine.</summary>
internal static class ModelBench
{
    /// <summary>Runs a model directory: once to warm up, then as often as asked.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="choice">Device and plan.</param>
    /// <param name="precision">What dense products run in.</param>
    /// <param name="threads">Threads; 0 for one a processor.</param>
    /// <param name="file">An .npz file of inputs, as <c>model run</c> takes it; null: made-up ones of <paramref name="batch"/> windows.</param>
    /// <param name="batch">Windows of made-up inputs.</param>
    /// <param name="points">How many points of each dense output made-up inputs ask for.</param>
    /// <param name="runs">How often.</param>
    public static ModelBenchResult Run(
        string directory, PlanChoice choice, Precision precision, int threads, string? file, int batch, int points, int runs)
    {
        ExecutionPlan plan = TorchRuntime.Start(threads, choice, NullLogger.Instance).In(precision);
        using PerceiverModel model = Checkpoint.Load(directory, plan, Failures.Warn);
        using IDisposable scope = NewDisposeScope();
        NamedCall call = file is null
            ? MadeUpCall.Of(model.Config, plan.Device, batch, points)
            : NamedArrays.ToCall(model.Config, ArrayRun.ReadInputs(model.Config, file));
        long before = ResidentMemory.Now();
        ResidentMemory.ResetPeak();
        List<double> float32 = [MatrixProduct.LibtorchGflops(Precision.Float32)], bfloat16 = [MatrixProduct.LibtorchGflops(Precision.BFloat16)];
        ModelTiming.Measure(model, call.Inputs, call.Points);
        List<IReadOnlyList<PartTime>> times = [];
        for (int run = 0; run < runs; run++)
        {
            times.Add(ModelTiming.Measure(model, call.Inputs, call.Points));
            float32.Add(MatrixProduct.LibtorchGflops(Precision.Float32));
            bfloat16.Add(MatrixProduct.LibtorchGflops(Precision.BFloat16));
        }

        return new ModelBenchResult
        {
            Model = new DirectoryInfo(directory).Name,
            Precision = precision,
            Device = plan.Device.ToString(),
            Plan = plan.Name,
            Threads = get_num_threads(),
            Runs = [.. times.Select(t => t.Sum(p => p.Seconds))],
            Parts = [.. times[0].Select((p, i) => p with { Seconds = Statistics.Median(times.Select(t => t[i].Seconds)) })],
            Gemm = new Dictionary<Precision, double> { [Precision.Float32] = Statistics.Median(float32), [Precision.BFloat16] = Statistics.Median(bfloat16) },
            PeakBytes = ResidentMemory.Peak() - before,
        };
    }
}
