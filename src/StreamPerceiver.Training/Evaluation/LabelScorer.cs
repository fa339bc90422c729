using System.Text.Json.Nodes;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Training;

/// <summary>Scores a classification of which one label is right.</summary>
/// <param name="output">The output.</param>
/// <param name="labels">Its labels.</param>
internal sealed class LabelScorer(string output, IReadOnlyList<string> labels) : OutputScorer(output)
{
    /// <inheritdoc/>
    public override string Kind => "label";

    /// <inheritdoc/>
    public override string Figure => "accuracy";

    /// <summary>The labels.</summary>
    public IReadOnlyList<string> Labels => labels;

    /// <inheritdoc/>
    public override double Summarise(IReadOnlyList<float[]> answers, IReadOnlyList<float[]> targets)
        => answers.Count == 0 ? 0 : answers.Zip(targets, Score).Average();

    /// <inheritdoc/>
    public override double Loss(float[] answer, float[] target) => -Math.Log(Math.Max(LabelScore.Softmax(answer)[Right(target)], 1e-30));

    /// <inheritdoc/>
    public override double Score(float[] answer, float[] target) => Likeliest(answer) == Right(target) ? 1 : 0;

    /// <inheritdoc/>
    public override JsonNode Truth(float[] target) => labels[Right(target)];

    /// <inheritdoc/>
    public override JsonNode Answer(float[] answer) => labels[Likeliest(answer)];

    /// <inheritdoc/>
    public override JsonObject Probabilities(float[] answer)
        => new(LabelScore.Softmax(answer).Select((p, k) => KeyValuePair.Create(labels[k], (JsonNode?)p)));

    /// <summary>Returns the number of the right label.</summary>
    public static int Right(float[] target) => Array.IndexOf(target, 1f);

    /// <summary>Returns the number of the answered label. Of equal ones it is the first, as in a prediction.</summary>
    public static int Likeliest(float[] answer) => Array.IndexOf(answer, answer.Max());
}
