namespace StreamPerceiver.Formats;

/// <summary>The probability of a label.</summary>
/// <param name="Index">Its place among the labels.</param>
/// <param name="Score">Its probability, 0 to 1; those of all labels add up to 1.</param>
public readonly record struct LabelScore(int Index, double Score)
{
    /// <summary>Computes the likeliest labels, best first. Equal ones come in the labels' order. The softmax is in double precision.</summary>
    /// <param name="logits">One a label.</param>
    /// <param name="count">How many labels to give, 1 to all.</param>
    /// <exception cref="StreamPerceiverException">There are fewer labels, or a logit is NaN or infinity.</exception>
    public static IReadOnlyList<LabelScore> Top(IReadOnlyList<float> logits, int count)
    {
        if (count < 1 || count > logits.Count)
            throw new StreamPerceiverException($"{count} best labels are asked for: must be 1 to {logits.Count}");
        for (int i = 0; i < logits.Count; i++)
        {
            if (!float.IsFinite(logits[i]))
                throw new StreamPerceiverException($"logit {i} is {logits[i]}: must be finite");
        }

        // Subtracting the greatest logit changes no ratio, and no exponential overflows.
        double greatest = logits.Max();
        double[] weights = [.. logits.Select(l => Math.Exp(l - greatest))];
        double sum = weights.Sum();
        return [.. Enumerable.Range(0, weights.Length).OrderByDescending(i => weights[i]).Take(count).Select(i => new LabelScore(i, weights[i] / sum))];
    }
}
