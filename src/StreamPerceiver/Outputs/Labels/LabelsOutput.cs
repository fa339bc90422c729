using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Outputs.Labels;

/// <summary>The likeliest labels of a classification.</summary>
/// <param name="Name">The model output.</param>
/// <param name="TopK">How many labels to publish.</param>
public sealed record LabelsOutput(string Name, int TopK) : OutputSpec(Name)
{
    /// <summary>The kind, which publishes classifications.</summary>
    internal static OutputKind Labels { get; } = new("labels", Read, shape => shape is LabelsShape);

    internal override OutputKind Kind => Labels;

    internal override OutputReading Read(OutputShape answer, float[] numbers, WindowHeader window)
    {
        var of = (LabelsShape)answer;
        IReadOnlyList<LabelScore> likeliest = of.AreIndependent ? LabelScore.TopOfEach(numbers, TopK) : LabelScore.Top(numbers, TopK);
        return new LabelsReading(Name, [.. likeliest.Select(best => (of.Labels[best.Index], (float)best.Score))]);
    }

    private protected override IEnumerable<string> AnswerProblems(OutputShape answer)
    {
        int count = ((LabelsShape)answer).Labels.Count;
        if (TopK > count) yield return $"topK is {TopK}, expected at most {count}: the model's labels";
    }

    // By default one label is published.
    private static LabelsOutput Read(OutputSection section) => new(section.Name, section.Number("topK") ?? 1);
}
