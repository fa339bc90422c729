using StreamPerceiver.Model;

namespace StreamPerceiver.Training.Tests;

/// <summary>Trainings of a tiny model on 30 windows, with 10 others as the validation, each in a folder of its own.</summary>
public abstract class TrainingTestBase : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("trainer-").FullName;

    protected WindowStore Store { get; }

    protected Example[] Examples { get; }

    protected TrainingTestBase()
    {
        Store = Some.Store(Folder);
        Examples = Some.Examples(Store, 40);
    }

    protected static TrainingOptions Options => new()
    {
        Steps = 40,
        Batch = 8,
        PeakRate = 0.01,
        Warmup = 5,
        EvaluateEvery = 10,
        Average = 0.8,
        Augmentation = new AugmentationOptions { ModalityDropout = 0.1 },
        Losses = new Dictionary<string, LossOptions> { [Some.Output] = new(LossKind.CrossEntropy) { LabelSmoothing = 0.05 } },
    };

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected BatchReader Reader => new(Store, Some.Config(), scales: false);

    protected byte[] Weights(string name, int step) => File.ReadAllBytes(Path.Combine(Folder, name, "steps", $"{step}", "weights.safetensors"));

    protected TrainingProgress Train(
        string name, TrainingOptions options, Example[]? examples = null, bool resume = false, int? stopAfter = null, Action<Validation>? evaluated = null,
        Action? stepped = null)
    {
        using var stop = new CancellationTokenSource();
        var trainer = new Trainer(Path.Combine(Folder, name), Reader, options)
        {
            Stepped = result =>
            {
                stepped?.Invoke();
                if (result.Step == stopAfter) stop.Cancel();
            },
            Evaluated = (_, found) => evaluated?.Invoke(found),
        };
        return trainer.Run(Some.Config(), WeightRecipe.Make(Some.Config()), (examples ?? Examples)[..30], Examples[30..], resume, stop.Token);
    }
}
