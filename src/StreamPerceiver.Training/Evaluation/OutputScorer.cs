using System.Text.Json.Nodes;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>Compares the answers of an output with the truth.</summary>
/// <param name="output">The output.</param>
public abstract class OutputScorer(string output)
{
    /// <summary>Name of the output.</summary>
    public string Output => output;

    /// <summary>The kind of output in reports: <c>label</c>, <c>labels</c> or <c>values</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The name of the figure that <see cref="Summarise"/> gives.</summary>
    public abstract string Figure { get; }

    /// <summary>Makes the scorer of an output that labels can train.</summary>
    /// <exception cref="TrainingException">The output is of another kind.</exception>
    public static OutputScorer For(string name, OutputConfig config) => config switch
    {
        LabelledOutput { Reading: ProblemType.SingleLabelClassification } one => new LabelScorer(name, one.Labels),
        LabelledOutput { Reading: ProblemType.MultiLabelClassification } several => new LabelsScorer(name, several.Labels),
        LabelledOutput regression => new ValuesScorer(name, 1, regression.Labels),
        ValuesOutput values => new ValuesScorer(name, values.Queries, values.Names ?? [.. Enumerable.Range(0, values.Values).Select(i => $"{i}")])
        {
            Mean = values.Mean,
            Deviation = values.Deviation,
        },
        _ => throw new TrainingException($"output {name}: is a {config.GetType().Name}, which is not evaluated, expected a classification or values"),
    };

    /// <summary>Computes one figure of many windows.</summary>
    /// <param name="answers">Of each window, what the model gave, (K).</param>
    /// <param name="targets">Of each window, what is true, (K).</param>
    public abstract double Summarise(IReadOnlyList<float[]> answers, IReadOnlyList<float[]> targets);

    /// <summary>Computes how wrong the answer to a window is: 0 or more.</summary>
    public abstract double Loss(float[] answer, float[] target);

    /// <summary>Scores an answer for the comparison of two models: 1 for a right one and 0 for a wrong one, or the absolute error of values.</summary>
    public abstract double Score(float[] answer, float[] target);

    /// <summary>Returns the truth of a window in JSON: a label, a list of labels, or numbers.</summary>
    public abstract JsonNode Truth(float[] target);

    /// <summary>Returns the answer to a window in JSON, in the form of the truth.</summary>
    public abstract JsonNode Answer(float[] answer);

    /// <summary>Returns the probability of each label at full precision, by its name; null where the output gives none.</summary>
    public abstract JsonObject? Probabilities(float[] answer);
}
