using System.Text.Json;
using System.Text.Json.Nodes;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>The options of a training as a file has them. Keys are in camel case, and each may be left out.</summary>
public sealed record TrainingRecipe
{
    /// <summary>Steps of the optimizer (default: 2,000).</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>Windows of a batch (default: 16).</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Batches of one step (default: 1).</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>The rule of the optimizer (default: AdamW).</summary>
    public OptimizerRule Optimizer { get; init; }

    /// <summary>The share of weights that decays (default: 0.01).</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The greatest learning rate (default: 0.001).</summary>
    public double Rate { get; init; } = 1e-3;

    /// <summary>Steps in which it rises (default: 100).</summary>
    public int Warmup { get; init; } = 100;

    /// <summary>How it falls (default: in a cosine).</summary>
    public RateCourse Course { get; init; }

    /// <summary>The greatest norm of the gradients (default: 1).</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>The share of averaged weights that stays in a step (default: 0.99); 0: none are kept.</summary>
    public double Average { get; init; } = 0.99;

    /// <summary>The random changes of windows (default: none).</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>The share of a target that is spread over all labels (default: 0).</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Whether rare labels count more, each as much as all others together (default: no).</summary>
    public bool Balance { get; init; }

    /// <summary>The loss of an output, by its name (default: see there).</summary>
    public IReadOnlyDictionary<string, LossRecipe> Losses { get; init; } = new Dictionary<string, LossRecipe>();

    /// <summary>Inputs that are masked in all windows of the training and the validation, for a model that will never have them (default: none).</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>Where the targets of an output come from that has no labels, by its name (default: all have labels).</summary>
    public IReadOnlyDictionary<string, TargetRecipe> Targets { get; init; } = new Dictionary<string, TargetRecipe>();

    /// <summary>Whether the encoder stays as it is (default: no).</summary>
    public bool FreezeEncoder { get; init; }

    /// <summary>Steps between two evaluations (default: 200).</summary>
    public int EvaluateEvery { get; init; } = 200;

    /// <summary>Steps between two checkpoints, from which --resume goes on (default: 200). An evaluation is followed by one, too.</summary>
    public int CheckpointEvery { get; init; } = 200;

    /// <summary>Evaluations without a better loss that end the training (default: 0, never).</summary>
    public int Patience { get; init; }

    /// <summary>The seed (default: 1).</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The number format of dense products (default: float32).</summary>
    public Precision Precision { get; init; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="TrainingException">It is no recipe. The message has each key that is wrong, its value and what is expected.</exception>
    public static TrainingRecipe Read(string path)
    {
        try
        {
            List<string> problems = [];
            var recipe = RecipeForm.Parse<TrainingRecipe>(File.ReadAllText(path), problems);
            problems.AddRange(recipe?.Problems() ?? []);
            return problems.Count == 0 ? recipe! : throw new TrainingException($"{path}: {string.Join("; ", problems)}");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path}: {(e is JsonException ? "not JSON: " : "")}{e.Message}", e);
        }
    }

    /// <summary>Writes all options as JSON, by their keys.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, RecipeForm.Options)!.AsObject();

    /// <summary>Makes the options of a training.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="outputs">The outputs that have labels or other targets.</param>
    /// <param name="training">The examples to learn from.</param>
    /// <param name="targets">Where the targets of outputs without labels come from (default: all have labels).</param>
    /// <exception cref="TrainingException">A name is no output, or a label has no example.</exception>
    public TrainingOptions ToOptions(
        PerceiverConfig config, IEnumerable<string> outputs, IReadOnlyList<Example> training, IReadOnlyDictionary<string, TargetSource>? targets = null)
    {
        string[] trained = [.. outputs];
        if (Losses.Keys.FirstOrDefault(name => !trained.Contains(name)) is { } unknown)
            throw new TrainingException($"losses: '{unknown}' has no targets, expected one of {string.Join(", ", trained)}");
        if (Without.FirstOrDefault(name => !config.Inputs.ContainsKey(name)) is { } missing)
            throw new TrainingException($"without: '{missing}' is no input of the model, expected some of {string.Join(", ", config.Inputs.Keys)}");
        if (config.Inputs.Keys.All(Without.Contains))
            throw new TrainingException($"without has all inputs: {string.Join(", ", Without)}, expected that one stays");
        Augmentation.RequireFit(config.Inputs);
        if (Augmentation.Mixup > 0 && Targets.Count > 0)
            throw new TrainingException($"augmentation.mixup is {Augmentation.Mixup}, but the targets of {string.Join(", ", Targets.Keys)} are no labels");
        return new TrainingOptions
        {
            Steps = Steps,
            Batch = Batch,
            Accumulate = Accumulate,
            Optimizer = new OptimizerOptions { Rule = Optimizer, WeightDecay = WeightDecay },
            PeakRate = Rate,
            Warmup = Warmup,
            Course = Course,
            ClipNorm = ClipNorm,
            Average = Average,
            Augmentation = Augmentation,
            Losses = trained.ToDictionary(name => name, LossOf, StringComparer.Ordinal),
            Targets = targets ?? new Dictionary<string, TargetSource>(),
            TargetRecipes = Targets,
            Without = Without,
            FreezesEncoder = FreezeEncoder,
            EvaluateEvery = EvaluateEvery,
            CheckpointEvery = CheckpointEvery,
            Patience = Patience,
            Seed = Seed,
            Precision = Precision,
        };

        LossOptions LossOf(string name) => Losses.GetValueOrDefault(name, new LossRecipe()).ToOptions(name, config.Outputs[name], this, training);
    }

    private IEnumerable<string> Problems()
    {
        if (Steps < 1) yield return JsonProblem.Wrong("steps", $"{Steps}", "at least 1");
        if (Batch is < 1 or > 4096) yield return JsonProblem.Wrong("batch", $"{Batch}", "1 to 4096");
        if (Accumulate < 1) yield return JsonProblem.Wrong("accumulate", $"{Accumulate}", "at least 1");
        if (!(WeightDecay >= 0) || double.IsInfinity(WeightDecay)) yield return JsonProblem.Wrong("weightDecay", $"{WeightDecay}", "a number of 0 or more");
        if (!(Rate > 0) || double.IsInfinity(Rate)) yield return JsonProblem.Wrong("rate", $"{Rate}", "a number above 0");
        if (Warmup < 0) yield return JsonProblem.Wrong("warmup", $"{Warmup}", "at least 0");
        if (!(ClipNorm > 0)) yield return JsonProblem.Wrong("clipNorm", $"{ClipNorm}", "a number above 0");
        if (Average is not (>= 0 and < 1)) yield return JsonProblem.Wrong("average", $"{Average}", "0 or more, and less than 1");
        if (LabelSmoothing is not (>= 0 and < 1)) yield return JsonProblem.Wrong("labelSmoothing", $"{LabelSmoothing}", "0 or more, and less than 1");
        foreach (string problem in Augmentation.Problems()) yield return problem;
        foreach (string problem in Losses.SelectMany(l => l.Value.Problems($"losses.{l.Key}"))) yield return problem;
        foreach (string problem in Targets.SelectMany(t => t.Value.Problems($"targets.{t.Key}"))) yield return problem;
        if (EvaluateEvery < 1) yield return JsonProblem.Wrong("evaluateEvery", $"{EvaluateEvery}", "at least 1");
        if (CheckpointEvery < 1) yield return JsonProblem.Wrong("checkpointEvery", $"{CheckpointEvery}", "at least 1");
        if (Patience < 0) yield return JsonProblem.Wrong("patience", $"{Patience}", "at least 0");
    }
}
