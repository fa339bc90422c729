using System.Diagnostics;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using StreamPerceiver.Tokenise;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Bench;
using static TorchSharp.torch;
using InputTokens = StreamPerceiver.Modalities.InputTokens;

namespace StreamPerceiver.Benchmarks.Training;

/// <summary>Trains a model on one batch again and again, with all that a step of <c>train</c> does, and measures each step.</summary>
/// <param name="directory">The model directory, with one classification.</param>
/// <param name="file">An .npz file of a batch, as <c>model run</c> takes it. Window b has the label b modulo the number of labels.</param>
/// <param name="precision">The number format of dense products.</param>
internal sealed class TrainingBench(string directory, string file, Precision precision)
{
    private const double Rate = 1e-3, Average = 0.99;

    private readonly string _folder = Directory.CreateTempSubdirectory("training-bench-").FullName;

    /// <summary>Called every tenth of the steps.</summary>
    public Action<TrainingBenchStep>? Reported { get; init; }

    /// <summary>Runs so many steps.</summary>
    public TrainingBenchResult Run(int steps)
    {
        try
        {
            (PerceiverConfig config, IReadOnlyList<SafeTensor> tensors) = Checkpoint.Read(directory);
            (string output, ClassificationOutput labelled) = config.Outputs.Select(o => (o.Key, (ClassificationOutput)o.Value)).Single();
            using IDisposable scope = NewDisposeScope();
            NamedCall call = NamedArrays.ToCall(config, Npz.Read(file));
            using WindowStore store = MakeStore(config, call);
            int batch = store.Windows.Count;
            Example[] examples = [.. Enumerable.Range(0, batch).Select(row => new Example(row, Target(output, labelled.Labels.Count, row)))];
            var options = new TrainingOptions
            {
                Steps = steps,
                Batch = batch,
                PeakRate = Rate,
                Warmup = 0,
                Average = Average,
                EvaluateEvery = steps,
                Precision = precision,
                Losses = new Dictionary<string, LossOptions> { [output] = new(LossKind.CrossEntropy) },
            };
            List<double> seconds = [], losses = [];
            long last = Stopwatch.GetTimestamp();
            List<double> gemm = [MatrixProduct.LibtorchGflops(precision)];
            var trainer = new Trainer(Path.Combine(_folder, "model"), new BatchReader(store, config, scales: false), options)
            {
                Stepped = result =>
                {
                    seconds.Add(Stopwatch.GetElapsedTime(last).TotalSeconds);
                    losses.Add(result.Loss);
                    if (seconds.Count % Math.Max(1, steps / 10) == 0) Report(batch, seconds);
                    last = Stopwatch.GetTimestamp();
                },
            };
            trainer.Run(config, tensors, examples, examples, resume: false, CancellationToken.None);
            gemm.Add(MatrixProduct.LibtorchGflops(precision));
            return new TrainingBenchResult(batch, seconds, losses, 3.0 * batch * ModelCost.CountParts(config).Sum(p => p.Flops), gemm.Max());
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private void Report(int batch, List<double> seconds) => Reported?.Invoke(new TrainingBenchStep(
        seconds.Count, batch / Statistics.Median(seconds.Skip(seconds.Count / 2)), ResidentMemory.Now(),
        TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount));

    private static Dictionary<string, float[]> Target(string output, int labels, int row)
        => new() { [output] = [.. Enumerable.Range(0, labels).Select(k => k == row % labels ? 1f : 0)] };

    private WindowStore MakeStore(PerceiverConfig config, NamedCall call)
    {
        string[] names = [.. config.Inputs.Keys];
        var store = new WindowStore(_folder, [.. names.Select(n => (n, config.Inputs[n].ContentTokens, config.Inputs[n].ContentChannels))]);
        for (int b = 0; b < call.Inputs[names[0]].Content.size(0); b++)
        {
            var header = new WindowHeader(0, "bench", new EventTime(b), new EventTime(b + 1), CloseReason.Watermark, []);
            store.Add(new TokenisedWindow(header, [.. names.Select(n => new InputTokens(n, RowOf(call.Inputs[n].Content, b), MaskOf(call.Inputs[n], b)))]));
        }

        return store;
    }

    private static byte[] MaskOf(ModelInput input, int b) => input.Mask is { } mask
        ? [.. RowOf(mask, b).Select(x => (byte)x)]
        : [.. Enumerable.Repeat((byte)1, (int)input.Content.size(1))];

    private static float[] RowOf(Tensor tensor, int b)
    {
        using IDisposable scope = NewDisposeScope();
        return tensor.select(0, b).to(ScalarType.Float32).contiguous().data<float>().ToArray();
    }
}
