using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Infer;

namespace StreamPerceiver.Interpret;

/// <summary>Stage 7: logits to the likeliest labels.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="model">The weights.</param>
/// <param name="labels">Per model output, its labels in the order of the logits.</param>
/// <param name="topK">Per wanted output, how many labels to give.</param>
public sealed class Interpreter(
    string pipeline, ModelIdentity model, IReadOnlyDictionary<string, IReadOnlyList<string>> labels, IReadOnlyDictionary<string, int> topK)
{
    /// <summary>The prediction.</summary>
    public Verdict<Prediction> Interpret(ModelOutput output)
        => new Prediction(pipeline, output.Header, model, topK
            .OrderBy(wanted => wanted.Key, StringComparer.Ordinal)
            .Select(wanted => new LabelledOutput(wanted.Key, Likeliest(labels[wanted.Key], output.Outputs[wanted.Key], wanted.Value)))
            .ToArray());

    private static (string, float)[] Likeliest(IReadOnlyList<string> labels, float[] logits, int count)
        => LabelScore.Top(logits, count).Select(best => (labels[best.Index], (float)best.Score)).ToArray();
}
