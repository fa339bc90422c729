using System.Text.Json.Nodes;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Training;

/// <summary>Scores a classification of which each label is right or wrong by itself. A label is answered if its probability is at least 0.5.</summary>
/// <param name="output">The output.</param>
/// <param name="labels">Its labels.</param>
internal sealed class LabelsScorer(string output, IReadOnlyList<string> labels) : OutputScorer(output)
{
    /// <inheritdoc/>
    public override string Kind => "labels";

    /// <inheritdoc/>
    public override string Figure => "f1";

    /// <summary>The labels.</summary>
    public IReadOnlyList<string> Labels => labels;

    /// <summary>Computes the F1 score over all windows and labels together.</summary>
    public override double Summarise(IReadOnlyList<float[]> answers, IReadOnlyList<float[]> targets)
    {
        int right = 0, answered = 0, there = 0;
        foreach ((float[] answer, float[] target) in answers.Zip(targets))
        {
            for (int k = 0; k < labels.Count; k++)
            {
                (bool isAnswered, bool isThere) = (answer[k] >= 0, target[k] == 1);
                right += isAnswered && isThere ? 1 : 0;
                answered += isAnswered ? 1 : 0;
                there += isThere ? 1 : 0;
            }
        }

        return answered + there == 0 ? 1 : 2.0 * right / (answered + there);
    }

    /// <inheritdoc/>
    public override double Loss(float[] answer, float[] target)
        => answer.Zip(target, (x, t) => Math.Max(x, 0) - (x * t) + Math.Log(1 + Math.Exp(-Math.Abs((double)x)))).Sum() / labels.Count;

    /// <inheritdoc/>
    public override double Score(float[] answer, float[] target) => answer.Zip(target).All(p => p.First >= 0 == (p.Second == 1)) ? 1 : 0;

    /// <inheritdoc/>
    public override JsonNode Truth(float[] target) => new JsonArray([.. labels.Where((_, k) => target[k] == 1)]);

    /// <inheritdoc/>
    public override JsonNode Answer(float[] answer) => new JsonArray([.. labels.Where((_, k) => answer[k] >= 0)]);

    /// <inheritdoc/>
    public override JsonObject Probabilities(float[] answer) => new(answer.Select((x, k) => KeyValuePair.Create(labels[k], (JsonNode?)LabelScore.Sigmoid(x))));
}
