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
    public Prediction Interpret(ModelOutput output)
        => new Prediction(pipeline, output.Header, model, topK
            .OrderBy(wanted => wanted.Key, StringComparer.Ordinal)
            .Select(wanted => new LabelledOutput(wanted.Key, Likeliest(labels[wanted.Key], output.Outputs[wanted.Key], wanted.Value)))
            .ToArray());

    /// <summary>Softmax in double precision; equal probabilities keep the labels' order.</summary>
    private static (string, float)[] Likeliest(IReadOnlyList<string> labels, float[] logits, int count)
    {
        double greatest = logits.Max();
        double[] weights = logits.Select(l => Math.Exp(l - greatest)).ToArray();
        double sum = weights.Sum();
        return Enumerable.Range(0, logits.Length)
            .OrderByDescending(i => weights[i])
            .Take(count)
            .Select(i => (labels[i], (float)(weights[i] / sum)))
            .ToArray();
    }
}
