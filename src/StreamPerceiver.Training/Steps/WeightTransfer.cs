using StreamPerceiver.Formats;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>The weights that a fine-tuning begins with.</summary>
/// <param name="Tensors">All tensors of the model.</param>
/// <param name="Made">Those that are new, by their keys: the other checkpoint has none for them.</param>
/// <param name="LeftOut">Those of the other checkpoint for which the model has no place.</param>
public sealed record StartWeights(IReadOnlyList<SafeTensor> Tensors, IReadOnlyList<string> Made, IReadOnlyList<string> LeftOut);

/// <summary>Takes the weights of a checkpoint into a model whose outputs may be others: new outputs on a trained encoder.</summary>
public static class WeightTransfer
{
    /// <summary>Takes each tensor whose key and shape are the same, and makes those of outputs that are new. The head of other labels is new.</summary>
    /// <param name="config">The model.</param>
    /// <param name="from">The directory of the checkpoint, for messages.</param>
    /// <param name="other">The checkpoint's sizes.</param>
    /// <param name="tensors">The checkpoint's tensors.</param>
    /// <exception cref="TrainingException">A tensor of the encoder is missing or has another shape. The message has both shapes.</exception>
    public static StartWeights Take(PerceiverConfig config, string from, PerceiverConfig other, IReadOnlyList<SafeTensor> tensors)
    {
        Dictionary<string, SafeTensor> found = tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
        Dictionary<string, SafeTensor> fresh = WeightRecipe.Make(config).ToDictionary(t => t.Name, StringComparer.Ordinal);
        string[] heads = [.. config.Outputs.Where(o => HasOtherLabels(o.Value, other.Outputs.GetValueOrDefault(o.Key)))
            .SelectMany(o => new[] { $"{WeightKeys.OwnDecoder(config, o.Key)}.", $"{WeightKeys.SharedHead(o.Key)}." })];
        List<string> problems = [], made = [];
        List<SafeTensor> taken = [];
        foreach (Parameter parameter in ParameterList.For(config))
        {
            SafeTensor? stored = found.GetValueOrDefault(parameter.Key);
            bool isOtherHead = parameter.LabelsFrom is not null && heads.Any(h => parameter.Key.StartsWith(h, StringComparison.Ordinal));
            if (stored is not null && stored.Shape.SequenceEqual(parameter.Shape) && !isOtherHead)
            {
                taken.Add(stored);
            }
            else if (!WeightKeys.IsOfEncoder(parameter.Key) || parameter.Role == ParameterRole.Counter)
            {
                taken.Add(fresh[parameter.Key]);
                made.Add(parameter.Key);
            }
            else
            {
                problems.Add($"'{parameter.Key}' is {(stored is null ? "not there" : ShapeText.Of(stored.Shape))}, expected {ShapeText.Of(parameter.Shape)}");
            }
        }

        if (problems.Count > 0)
            throw new TrainingException($"{from}: its encoder does not fit the pipeline's model: {string.Join("; ", problems)}");
        return new StartWeights(taken, made, [.. found.Keys.Where(key => !fresh.ContainsKey(key)).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Takes the means and deviations of series that the model has none of, since the encoder was trained with them.</summary>
    public static PerceiverConfig TakeScales(PerceiverConfig config, PerceiverConfig other) => config with
    {
        Inputs = config.Inputs.ToDictionary(
            i => i.Key,
            i => i.Value is SeriesInput { Mean: null } own && other.Inputs.GetValueOrDefault(i.Key) is SeriesInput { Mean.Count: var channels } trained
                && channels == own.Channels ? own with { Mean = trained.Mean, Deviation = trained.Deviation } : i.Value,
            StringComparer.Ordinal),
    };

    private static bool HasOtherLabels(OutputConfig own, OutputConfig? other)
        => own is LabelledOutput labelled && !(other is LabelledOutput before && before.Labels.SequenceEqual(labelled.Labels));
}
