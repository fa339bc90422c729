using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Outputs.Labels;

/// <summary>The likeliest labels of a classification.</summary>
/// <param name="Name">The model output.</param>
/// <param name="TopK">The most labels to publish; null publishes all that reach their threshold.</param>
public sealed record LabelsOutput(string Name, int? TopK) : OutputSpec(Name)
{
    /// <summary>The kind, which publishes classifications.</summary>
    internal static OutputKind Labels { get; } = new("labels", Read, shape => shape is LabelsShape);

    /// <summary>The least probability of a published label, 0 to 1 (default: 0).</summary>
    public double Threshold { get; init; }

    /// <summary>The least probability of single labels, by label; the others, or all where it is null (default), have <see cref="Threshold"/>.</summary>
    public IReadOnlyDictionary<string, double>? Thresholds { get; init; }

    internal override OutputKind Kind => Labels;

    internal override OutputReading Read(OutputShape answer, float[] numbers, WindowHeader window)
    {
        var of = (LabelsShape)answer;
        int ranked = Thresholds is null && TopK is { } most ? most : of.Labels.Count;
        IReadOnlyList<LabelScore> likeliest = of.AreIndependent ? LabelScore.TopOfEach(numbers, ranked) : LabelScore.Top(numbers, ranked);
        return new LabelsReading(Name,
        [
            .. likeliest.Where(best => best.Score >= LeastOf(of.Labels[best.Index])).Take(TopK ?? ranked)
                .Select(best => (of.Labels[best.Index], (float)best.Score)),
        ]);
    }

    internal override ObjectType Describe(OutputShape answer)
    {
        IReadOnlyList<string> labels = ((LabelsShape)answer).Labels;
        int most = TopK ?? labels.Count;
        var item = new ObjectType(
        [
            new(1, "label", new TextType { OneOf = [.. labels.Distinct()] }, "The label."),
            new(2, "probability", NumberType.Probability, "Its probability."),
        ]);
        return new ObjectType(
        [
            new(1, "labels", new ListType(item) { Least = Threshold > 0 || Thresholds is not null ? 0 : most, Most = most },
                "The likeliest first; none where none reaches its threshold. By a softmax, the probabilities of all labels of the model add up to 1; "
                + "by a sigmoid (multi_label_classification), each stands by itself."),
        ]);
    }

    private protected override IEnumerable<string> AnswerProblems(OutputShape answer)
    {
        IReadOnlyList<string> labels = ((LabelsShape)answer).Labels;
        if (TopK > labels.Count) yield return $"topK is {TopK}, expected at most {labels.Count}: the model's labels";
        foreach (string unknown in (Thresholds?.Keys ?? []).Except(labels).Order(StringComparer.Ordinal))
            yield return $"thresholds.{unknown} is no label of the model, expected one of {string.Join(", ", labels.Take(20))}";
    }

    private double LeastOf(string label) => Thresholds is not null && Thresholds.TryGetValue(label, out double least) ? least : Threshold;

    // By default one label is published, and with a threshold all that reach theirs.
    private static LabelsOutput Read(OutputSection section)
    {
        double? threshold = section.Json["threshold"]?.GetValue<double>();
        Dictionary<string, double>? thresholds = section.Json["thresholds"]?.AsObject().ToDictionary(t => t.Key, t => t.Value!.GetValue<double>());
        return new(section.Name, section.Number("topK") ?? (threshold is null && thresholds is null ? 1 : null))
        {
            Threshold = threshold ?? 0,
            Thresholds = thresholds,
        };
    }
}
