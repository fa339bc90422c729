using StreamPerceiver.Formats;
using StreamPerceiver.Modalities;
using StreamPerceiver.Model;
using StreamPerceiver.TestKit;
using TorchSharp;

namespace StreamPerceiver.Training.Tests;

/// <summary>A small network with the inputs of the pipeline machine-faults, its windows as <c>model run</c> reads them, and a training of it.</summary>
public sealed class TrainedNetwork : IDisposable
{
    private const int Windows = 16;

    /// <summary>Trains the network.</summary>
    public TrainedNetwork()
    {
        Untrained = ConfigFile.Read(RepositoryRoot.Path("pipelines", "models", "machine-faults")) with
        {
            NumLatents = 8,
            DLatents = 24,
            NumBlocks = 2,
            OutputNumChannels = 20,
        };
        (Output, ClassificationOutput labelled) = Untrained.Outputs.Select(o => (o.Key, (ClassificationOutput)o.Value)).Single();
        Labels = [.. Enumerable.Range(0, Windows).Select(b => b % labelled.Labels.Count)];
        Arrays = MakeArrays();
        Call = NamedArrays.ToCall(Untrained, Arrays);
        using WindowStore store = MakeStore();
        Example[] examples =
        [
            .. Labels.Select((label, row) => new Example(
                row, new Dictionary<string, float[]> { [Output] = [.. labelled.Labels.Select((_, k) => k == label ? 1f : 0)] })),
        ];
        new Trainer(Folder, new BatchReader(store, Untrained, scales: false), Options).Run(
            Untrained, WeightRecipe.Make(Untrained), examples, examples, resume: false, CancellationToken.None);
    }

    /// <summary>The model directory.</summary>
    public string Folder { get; } = Path.Combine(Directory.CreateTempSubdirectory("trained-").FullName, "model");

    /// <summary>The sizes.</summary>
    public PerceiverConfig Untrained { get; }

    /// <summary>The name of the output.</summary>
    public string Output { get; }

    /// <summary>The right label of each window.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>The windows, under the names of Hugging Face's forward.</summary>
    public IReadOnlyDictionary<string, NpyArray> Arrays { get; }

    /// <summary>The windows as tensors.</summary>
    public NamedCall Call { get; }

    private TrainingOptions Options => new()
    {
        Steps = 30,
        Batch = 8,
        PeakRate = 3e-3,
        Warmup = 5,
        EvaluateEvery = 15,
        Average = 0.5,
        Losses = new Dictionary<string, LossOptions> { [Output] = new(LossKind.CrossEntropy) },
    };

    /// <summary>Deletes the model.</summary>
    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Folder)!, recursive: true);

    // Noise around a level that the label has; each input has its own noise, and some tokens of each are masked.
    private Dictionary<string, NpyArray> MakeArrays()
    {
        var random = new Random(1);
        Dictionary<string, NpyArray> arrays = Untrained.Inputs.ToDictionary(i => $"inputs.{i.Key}", i => Array(ShapeOf(i.Value)));
        int tokens = Untrained.Inputs.Values.Sum(i => i.ContentTokens);
        arrays["attention_mask"] = NpyArray.FromLongs(
            [Windows, tokens], [.. Enumerable.Range(0, Windows * tokens).Select(_ => random.NextDouble() < 0.2 ? 0L : 1)]);
        return arrays;

        NpyArray Array(long[] shape)
        {
            int length = (int)shape.Aggregate(1L, (product, size) => product * size);
            return NpyArray.FromFloats(
                [Windows, .. shape],
                [.. Labels.SelectMany(label => Enumerable.Range(0, length).Select(_ => (0.4f * label) + random.NextSingle() - 1))]);
        }
    }

    private static long[] ShapeOf(InputConfig input) => input switch
    {
        SeriesInput series => [series.Steps, series.Channels],
        ImageInput { Frames: { } frames } video => [frames, video.Channels, video.Height, video.Width],
        AudioInput audio => [audio.Samples, 1],
        _ => throw new InvalidOperationException($"{input.GetType()} is no input of machine-faults"),
    };

    private WindowStore MakeStore()
    {
        string[] names = [.. Untrained.Inputs.Keys];
        var store = new WindowStore(
            Path.GetTempPath(), [.. names.Select(n => (n, Untrained.Inputs[n].ContentTokens, Untrained.Inputs[n].ContentChannels))]);
        for (int b = 0; b < Windows; b++)
            store.Add(Some.Window(b, 0) with { Inputs = [.. names.Select(n => new InputTokens(n, RowOf(Call.Inputs[n].Content, b), MaskOf(n, b)))] });
        return store;

        byte[] MaskOf(string name, int b) => [.. RowOf(Call.Inputs[name].Mask!, b).Select(x => (byte)x)];
    }

    private static float[] RowOf(torch.Tensor tensor, int b)
    {
        using IDisposable scope = torch.NewDisposeScope();
        return tensor.select(0, b).to(torch.ScalarType.Float32).contiguous().data<float>().ToArray();
    }
}
