using System.Text.Json.Serialization;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>How a model is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>Steps of the optimizer (required).</summary>
    public required int Steps { get; init; }

    /// <summary>Windows of a batch (default: 16).</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Batches whose gradients are added up for one step (default: 1).</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>The optimizer (default: AdamW).</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>The greatest learning rate (default: 0.001).</summary>
    [JsonPropertyName("rate")]
    public double PeakRate { get; init; } = 1e-3;

    /// <summary>Steps in which the rate rises (default: 100).</summary>
    public int Warmup { get; init; } = 100;

    /// <summary>How it falls (default: a cosine).</summary>
    public RateCourse Course { get; init; }

    /// <summary>The greatest common norm of the gradients (default: 1).</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>The share of the averaged weights that stays in a step; 0 (default): weights are not averaged.</summary>
    public double Average { get; init; }

    /// <summary>The random changes of windows (default: none).</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>The loss of each output that is trained (required).</summary>
    public required IReadOnlyDictionary<string, LossOptions> Losses { get; init; }

    /// <summary>Where the targets of an output come from that has no labels, by its name (default: all have labels).</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, TargetSource> Targets { get; init; } = new Dictionary<string, TargetSource>();

    /// <summary>Those sources as the recipe has them (default: none).</summary>
    public IReadOnlyDictionary<string, TargetRecipe> TargetRecipes { get; init; } = new Dictionary<string, TargetRecipe>();

    /// <summary>Inputs that are masked in all windows of the training and the validation, for a model that will never have them (default: none).</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>Whether the encoder stays as it is, so that outputs alone are trained (default: no).</summary>
    [JsonPropertyName("freezeEncoder")]
    public bool FreezesEncoder { get; init; }

    /// <summary>Steps between two evaluations (default: 200). Each is kept in a checkpoint, too.</summary>
    public int EvaluateEvery { get; init; } = 200;

    /// <summary>Steps between two checkpoints (default: 200).</summary>
    public int CheckpointEvery { get; init; } = 200;

    /// <summary>Evaluations without a better loss after which the training ends; 0 (default): it does not end early.</summary>
    public int Patience { get; init; }

    /// <summary>The seed of the order of examples and of their changes (default: 1).</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The number format of dense products (default: float32).</summary>
    public Precision Precision { get; init; }

    /// <summary>The learning rate of each step.</summary>
    [JsonIgnore]
    public LearningRate Rate => new(PeakRate, Warmup, Steps, Course);

    /// <summary>Finds where the targets of an output come from.</summary>
    internal TargetSource TargetsOf(string output) => Targets.GetValueOrDefault(output) ?? new LabelTargets(output);
}
