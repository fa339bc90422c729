using StreamPerceiver.Formats;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>The loss of an output as a recipe has it.</summary>
public sealed record LossRecipe
{
    /// <summary>What is made small (default: by the output's kind, cross-entropy, sigmoid, or the squared difference).</summary>
    public LossKind? Kind { get; init; }

    /// <summary>The factor of the loss among those of all outputs (default: 1).</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The share of a target that is spread over all labels (default: the recipe's).</summary>
    public double? LabelSmoothing { get; init; }

    /// <summary>The exponent of the focal loss (default: 2).</summary>
    public double FocalGamma { get; init; } = 2;

    /// <summary>The factors of labels (default: 1 for each, or by the recipe's balance).</summary>
    public IReadOnlyDictionary<string, double>? ClassWeights { get; init; }

    /// <summary>Finds what is wrong with it.</summary>
    /// <param name="key">Its key, for messages.</param>
    internal IEnumerable<string> Problems(string key)
    {
        if (!(Weight > 0) || double.IsInfinity(Weight)) yield return JsonProblem.Wrong($"{key}.weight", $"{Weight}", "a number above 0");
        if (LabelSmoothing is { } smoothing and not (>= 0 and < 1))
            yield return JsonProblem.Wrong($"{key}.labelSmoothing", $"{smoothing}", "0 or more, and less than 1");
        if (!(FocalGamma >= 0) || double.IsInfinity(FocalGamma)) yield return JsonProblem.Wrong($"{key}.focalGamma", $"{FocalGamma}", "a number of 0 or more");
        foreach ((string label, double weight) in ClassWeights ?? new Dictionary<string, double>())
            if (!(weight > 0) || double.IsInfinity(weight)) yield return JsonProblem.Wrong($"{key}.classWeights.{label}", $"{weight}", "a number above 0");
    }

    /// <summary>Makes the loss of an output.</summary>
    /// <param name="name">The output.</param>
    /// <param name="output">Its sizes.</param>
    /// <param name="recipe">The recipe, for what holds for all outputs.</param>
    /// <param name="training">The examples to learn from.</param>
    /// <exception cref="TrainingException">The kind does not fit the output, or a label has no example or is not one of the output.</exception>
    internal LossOptions ToOptions(string name, OutputConfig output, TrainingRecipe recipe, IReadOnlyList<Example> training)
    {
        LossKind own = output switch
        {
            LabelledOutput { Reading: ProblemType.SingleLabelClassification } or TextOutput => LossKind.CrossEntropy,
            LabelledOutput { Reading: ProblemType.MultiLabelClassification } => LossKind.Sigmoid,
            _ => LossKind.Mse,
        };
        LossKind kind = Kind ?? own;
        bool hasLabels = own is not LossKind.Mse, isOfLabels = kind is LossKind.CrossEntropy or LossKind.Focal or LossKind.Sigmoid;
        if (hasLabels != isOfLabels)
        {
            string expected = hasLabels ? "labels, expected crossEntropy, focal or sigmoid" : "numbers, expected l1, mse or huber";
            throw new TrainingException($"losses.{name}.kind is {RecipeForm.NameOf(kind)}, but {name} gives {expected}");
        }

        return new LossOptions(kind)
        {
            Weight = Weight,
            LabelSmoothing = LabelSmoothing ?? recipe.LabelSmoothing,
            FocalGamma = FocalGamma,
            ClassWeights = output is LabelledOutput labelled && isOfLabels ? WeightsOf(name, labelled, kind, recipe.Balance, training) : null,
        };
    }

    private float[]? WeightsOf(string name, LabelledOutput output, LossKind kind, bool isBalanced, IReadOnlyList<Example> training)
    {
        if (ClassWeights?.Keys.FirstOrDefault(label => !output.Labels.Contains(label)) is { } unknown)
            throw new TrainingException($"losses.{name}.classWeights: '{unknown}' is no label of {name}, expected {string.Join(", ", output.Labels)}");
        var counts = new double[output.Labels.Count];
        foreach (float[] target in training.Where(e => e.Targets.ContainsKey(name)).Select(e => e.Targets[name]))
            for (int k = 0; k < counts.Length; k++) counts[k] += target[k];
        string[] missing = [.. output.Labels.Where((_, k) => counts[k] == 0)];
        if (missing.Length > 0)
        {
            throw new TrainingException(
                $"output {name}: no window of the training has {string.Join(", ", missing)}; those that are there are "
                + string.Join(", ", output.Labels.Index().Where(l => counts[l.Index] > 0).Select(l => $"{l.Item} {counts[l.Index]}")));
        }

        if (ClassWeights is not null) return [.. output.Labels.Select(label => (float)ClassWeights.GetValueOrDefault(label, 1))];
        return isBalanced && kind != LossKind.Sigmoid ? [.. counts.Select(c => (float)(counts.Sum() / (counts.Length * c)))] : null;
    }
}
