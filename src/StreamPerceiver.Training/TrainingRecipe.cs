using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>The options of a training as a file has them. Keys are in camel case, and each may be left out.</summary>
public sealed record TrainingRecipe
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

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

    /// <summary>The loss of an output, by its name (default: by its kind: cross-entropy, sigmoid, or the squared difference).</summary>
    public IReadOnlyDictionary<string, LossKind> Losses { get; init; } = new Dictionary<string, LossKind>();

    /// <summary>The factor of an output's loss, by its name (default: 1).</summary>
    public IReadOnlyDictionary<string, double> LossWeights { get; init; } = new Dictionary<string, double>();

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
    /// <exception cref="TrainingException">It is no recipe. The message has the key, its value and what is expected.</exception>
    public static TrainingRecipe Read(string path)
    {
        try
        {
            TrainingRecipe recipe = JsonSerializer.Deserialize<TrainingRecipe>(File.ReadAllText(path), Form) ?? throw new JsonException("it is null");
            string[] problems = [.. recipe.Problems()];
            return problems.Length == 0 ? recipe : throw new TrainingException($"{path}: {string.Join("; ", problems)}");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new TrainingException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Writes all options as JSON, by their keys.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Form)!.AsObject();

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
        if (Losses.Keys.Concat(LossWeights.Keys).FirstOrDefault(name => !trained.Contains(name)) is { } unknown)
            throw new TrainingException($"losses: '{unknown}' has no targets, expected one of {string.Join(", ", trained)}");
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
            Losses = trained.ToDictionary(name => name, name => LossOf(name, config.Outputs[name], training), StringComparer.Ordinal),
            Targets = targets ?? new Dictionary<string, TargetSource>(),
            FreezesEncoder = FreezeEncoder,
            EvaluateEvery = EvaluateEvery,
            CheckpointEvery = CheckpointEvery,
            Patience = Patience,
            Seed = Seed,
            Precision = Precision,
        };
    }

    private LossOptions LossOf(string name, OutputConfig output, IReadOnlyList<Example> training)
    {
        LossKind kind = Losses.TryGetValue(name, out LossKind stated) ? stated : output switch
        {
            LabelledOutput { Reading: ProblemType.SingleLabelClassification } => LossKind.CrossEntropy,
            LabelledOutput { Reading: ProblemType.MultiLabelClassification } => LossKind.Sigmoid,
            TextOutput => LossKind.CrossEntropy,
            _ => LossKind.Mse,
        };
        return new LossOptions(kind)
        {
            Weight = LossWeights.GetValueOrDefault(name, 1),
            LabelSmoothing = LabelSmoothing,
            ClassWeights = output is LabelledOutput labelled && kind is LossKind.CrossEntropy or LossKind.Focal ? WeightsOf(name, labelled, training) : null,
        };
    }

    private float[]? WeightsOf(string name, LabelledOutput output, IReadOnlyList<Example> training)
    {
        var counts = new double[output.Labels.Count];
        foreach (float[] target in training.Where(e => e.Targets.ContainsKey(name)).Select(e => e.Targets[name]))
            for (int k = 0; k < counts.Length; k++) counts[k] += target[k];
        string[] missing = [.. output.Labels.Where((_, k) => counts[k] == 0)];
        if (missing.Length > 0) throw new TrainingException($"output {name}: no window of the training has {string.Join(", ", missing)}");
        return Balance ? [.. counts.Select(c => (float)(counts.Sum() / (counts.Length * c)))] : null;
    }

    private IEnumerable<string> Problems()
    {
        if (Steps < 1) yield return JsonProblem.Wrong("steps", $"{Steps}", "at least 1");
        if (Batch is < 1 or > 4096) yield return JsonProblem.Wrong("batch", $"{Batch}", "1 to 4096");
        if (Accumulate < 1) yield return JsonProblem.Wrong("accumulate", $"{Accumulate}", "at least 1");
        if (!(Rate > 0)) yield return JsonProblem.Wrong("rate", $"{Rate}", "a number above 0");
        if (Warmup < 0) yield return JsonProblem.Wrong("warmup", $"{Warmup}", "at least 0");
        if (!(ClipNorm > 0)) yield return JsonProblem.Wrong("clipNorm", $"{ClipNorm}", "a number above 0");
        if (Average is not (>= 0 and < 1)) yield return JsonProblem.Wrong("average", $"{Average}", "0 or more, and less than 1");
        if (LabelSmoothing is not (>= 0 and < 1)) yield return JsonProblem.Wrong("labelSmoothing", $"{LabelSmoothing}", "0 or more, and less than 1");
        if (Augmentation.ModalityDropout is not (>= 0 and < 1))
            yield return JsonProblem.Wrong("augmentation.modalityDropout", $"{Augmentation.ModalityDropout}", "0 or more, and less than 1");
        foreach (string problem in Targets.SelectMany(t => t.Value.Problems($"targets.{t.Key}"))) yield return problem;
        if (EvaluateEvery < 1) yield return JsonProblem.Wrong("evaluateEvery", $"{EvaluateEvery}", "at least 1");
        if (CheckpointEvery < 1) yield return JsonProblem.Wrong("checkpointEvery", $"{CheckpointEvery}", "at least 1");
        if (Patience < 0) yield return JsonProblem.Wrong("patience", $"{Patience}", "at least 0");
    }
}
