using StreamPerceiver.Model;
using TorchSharp;

namespace StreamPerceiver.Training.Tests;

/// <summary>The memory of a training.</summary>
public sealed class LiveTensorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("live-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void After_the_second_step_no_step_leaves_a_tensor()
    {
        using WindowStore store = Some.Store(_folder);
        Example[] examples = Some.Examples(store, 40);
        List<long> live = [];
        var options = new TrainingOptions
        {
            Steps = 300,
            Batch = 8,
            EvaluateEvery = 100,
            Average = 0.8,
            Losses = new Dictionary<string, LossOptions> { [Some.Output] = new(LossKind.CrossEntropy) },
        };
        var trainer = new Trainer(Path.Combine(_folder, "model"), new BatchReader(store, Some.Config(), scales: false), options)
        {
            Stepped = _ => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount),
        };

        trainer.Run(Some.Config(), WeightRecipe.Make(Some.Config()), examples[..30], examples[30..], resume: false, CancellationToken.None);

        live.Count.ShouldBe(300);
        live.Skip(1).Distinct().Count().ShouldBe(1, string.Join(' ', live.Distinct()));
    }
}
