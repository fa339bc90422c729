using StreamPerceiver.Model;
using StreamPerceiver.Worker.Inference;
using static TorchSharp.torch;

namespace StreamPerceiver.Worker.Bench;

/// <summary>How fast a model runs here, and how fast the machine multiplies matrices at the same time.</summary>
internal static class ModelBench
{
    /// <summary>Runs a model directory: once to warm up, then as often as asked.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="type">What dense products run in.</param>
    /// <param name="device">Where.</param>
    /// <param name="arrays">Inputs as <c>model run</c> takes them; null: made-up ones of <paramref name="batch"/> windows.</param>
    /// <param name="batch">Windows of made-up inputs.</param>
    /// <param name="points">How many points of each dense output made-up inputs ask for.</param>
    /// <param name="runs">How often.</param>
    public static ModelBenchResult Run(string directory, ScalarType type, Device device, IReadOnlyDictionary<string, NpyArray>? arrays, int batch, int points, int runs)
    {
        using PerceiverModel model = PerceiverModel.Load(directory, device, type);
        using IDisposable scope = NewDisposeScope();
        NamedCall call = arrays is null ? MadeUpCall.Of(model.Config, device, batch, points) : NamedArrays.Read(model.Config, arrays);
        long before = ResidentMemory.Now();
        ResidentMemory.ResetPeak();
        List<double> float32 = [MatrixProduct.Gflops(ScalarType.Float32)], bfloat16 = [MatrixProduct.Gflops(ScalarType.BFloat16)];
        ModelTiming.Run(model, call.Inputs, call.Points);
        List<IReadOnlyList<PartTime>> times = [];
        for (int run = 0; run < runs; run++)
        {
            times.Add(ModelTiming.Run(model, call.Inputs, call.Points));
            float32.Add(MatrixProduct.Gflops(ScalarType.Float32));
            bfloat16.Add(MatrixProduct.Gflops(ScalarType.BFloat16));
        }

        return new ModelBenchResult
        {
            Model = new DirectoryInfo(directory).Name,
            Type = type,
            Device = device.ToString(),
            Threads = get_num_threads(),
            Runs = [.. times.Select(t => t.Sum(p => p.Seconds))],
            Parts = [.. times[0].Select((p, i) => p with { Seconds = Statistics.Median(times.Select(t => t[i].Seconds)) })],
            Gemm = new Dictionary<ScalarType, double> { [ScalarType.Float32] = Statistics.Median(float32), [ScalarType.BFloat16] = Statistics.Median(bfloat16) },
            PeakBytes = ResidentMemory.Peak() - before,
        };
    }
}
