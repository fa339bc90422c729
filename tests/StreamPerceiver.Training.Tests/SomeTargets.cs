using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Model;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Training.Tests;

/// <summary>Trains tiny models on targets that need no labels.</summary>
internal sealed class SomeTargets : IDisposable
{
    public const string Answer = "answer";

    private readonly string _folder = Directory.CreateTempSubdirectory("targets-").FullName;
    private readonly PerceiverConfig _config;

    /// <summary>Makes a model, and an empty store of its windows, each a second long and half a second apart.</summary>
    public SomeTargets(IReadOnlyDictionary<string, InputConfig> inputs, OutputConfig output)
    {
        _config = Some.Config() with { Inputs = inputs, Outputs = new Dictionary<string, OutputConfig> { [Answer] = output } };
        Store = new WindowStore(_folder, [.. inputs.Select(i => (i.Key, i.Value.ContentTokens, i.Value.ContentChannels))]);
    }

    public WindowStore Store { get; }

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Adds a window whose inputs have these contents, in their order, and no masked token.</summary>
    public void Add(string entity, double second, params float[][] contents)
    {
        InputTokens[] tokens = [.. contents.Zip(Store.Inputs, (c, i) => new InputTokens(i.Name, c, [.. Enumerable.Repeat((byte)1, i.Tokens)]))];
        var header = new WindowHeader(
            0, entity, Some.At(second), Some.At(second + 1), CloseReason.Watermark, [.. Store.Inputs.Select(i => new InputPresence(i.Name, 1, 0))]);
        Store.Add(new TokenisedWindow(header, tokens));
    }

    public TargetSource Source(TargetRecipe recipe) => Sources(recipe)[Answer];

    /// <summary>All windows that have a target.</summary>
    public Example[] Examples(TargetRecipe recipe)
    {
        TargetSource source = Source(recipe);
        return [.. Enumerable.Range(0, Store.Windows.Count).Select(row => new Example(row, new Dictionary<string, float[]>())).Where(source.Has)];
    }

    /// <summary>Trains on the windows of all entities but the last, and returns the loss on the last one's.</summary>
    public double Train(TargetRecipe recipe, int steps)
    {
        string last = Store.Windows[^1].Entity;
        ILookup<bool, Example> sets = Examples(recipe).ToLookup(e => Store.Windows[e.Row].Entity == last);
        return new Trainer(Path.Combine(_folder, "out"), Reader, Options(recipe, steps)).Run(
            _config, WeightRecipe.Make(_config), [.. sets[false]], [.. sets[true]], resume: false, CancellationToken.None).BestLoss;
    }

    public BatchReader Reader => new(Store, _config, scales: false);

    public TrainingOptions Options(TargetRecipe recipe, int steps = 1)
        => new TrainingRecipe { Steps = steps, Rate = 0.01, Warmup = 10, EvaluateEvery = steps, Average = 0 }
            .ToOptions(_config, [Answer], [], Sources(recipe));

    private IReadOnlyDictionary<string, TargetSource> Sources(TargetRecipe recipe)
        => new TargetSources(_config, Store, new WindowPlan(EventTime.PerSecond, EventTime.PerSecond / 2))
            .Make(new Dictionary<string, TargetRecipe> { [Answer] = recipe });
}
