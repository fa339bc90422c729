using StreamPerceiver.Formats;

namespace StreamPerceiver.Outputs.Labels;

/// <summary>The likeliest labels of a classification.</summary>
/// <param name="Name">The model output.</param>
/// <param name="TopK">How many labels to publish.</param>
public sealed record LabelsOutput(string Name, int TopK) : OutputSpec(Name)
{
    /// <summary>The kind's name.</summary>
    internal const string Kind = "labels";

    /// <summary>Reads the section of the pipeline file. By default one label is published.</summary>
    internal static OutputSpec Read(OutputSection section) => new LabelsOutput(section.Name, section.Number("topK") ?? 1);

    internal override IEnumerable<string> Problems(OutputShape shape)
    {
        if (shape is not LabelsShape { Labels.Count: var count }) yield return WrongKind(Kind, shape);
        else if (TopK > count) yield return $"topK is {TopK}, expected at most {count}: the model's labels";
    }

    internal override OutputReading Read(OutputShape shape, float[] numbers)
    {
        var of = (LabelsShape)shape;
        IReadOnlyList<LabelScore> likeliest = of.AreIndependent ? LabelScore.TopOfEach(numbers, TopK) : LabelScore.Top(numbers, TopK);
        return new LabelsReading(Name, [.. likeliest.Select(best => (of.Labels[best.Index], (float)best.Score))]);
    }
}

/// <summary>A classification: one logit a label.</summary>
/// <param name="Labels">The labels, in the order of the logits.</param>
/// <param name="AreIndependent">
/// Whether any number of labels may be right. Then a sigmoid gives each its probability. By default one is right, and a softmax gives the probabilities.
/// </param>
public sealed record LabelsShape(IReadOnlyList<string> Labels, bool AreIndependent = false) : OutputShape(LabelsOutput.Kind, Labels.Count);
