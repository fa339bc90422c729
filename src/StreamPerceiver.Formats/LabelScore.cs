namespace StreamPerceiver.Formats;

/// <summary>The probability of a label.</summary>
/// <param name="Index">Its place among the labels.</param>
/// <param name="Score">Its probability, 0 to 1.</param>
public readonly record struct LabelScore(int Index, double Score)
{
    /// <summary>
    /// Computes the likeliest labels by a softmax, best first: the probabilities of all labels add up to 1. Equal ones come in the labels' order.
    /// </summary>
    /// <param name="logits">One a label.</param>
    /// <param name="count">How many labels to give, 1 to all.</param>
    /// <exception cref="StreamPerceiverException">There are fewer labels, or a logit is NaN or infinity.</exception>
    public static IReadOnlyList<LabelScore> Top(IReadOnlyList<float> logits, int count)
    {
        RequireRankable(logits, count);
        double[] weights = Weights(logits);
        double sum = weights.Sum();
        return Best(weights, count, weight => weight / sum);
    }

    /// <summary>Computes the probabilities of all labels by a softmax, in their order.</summary>
    /// <param name="logits">One a label.</param>
    public static double[] Softmax(IReadOnlyList<float> logits)
    {
        double[] weights = Weights(logits);
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    /// <summary>Computes the probability of a label by a sigmoid.</summary>
    public static double Sigmoid(float logit) => 1 / (1 + Math.Exp(-logit));

    /// <summary>
    /// Computes the likeliest labels by a sigmoid, best first: the probability of each is its own. Equal ones come in the labels' order.
    /// </summary>
    /// <inheritdoc cref="Top"/>
    public static IReadOnlyList<LabelScore> TopOfEach(IReadOnlyList<float> logits, int count)
    {
        RequireRankable(logits, count);
        return Best(logits, count, Sigmoid);
    }

    // Subtracting the greatest logit changes no ratio, and no exponential overflows.
    private static double[] Weights(IReadOnlyList<float> logits)
    {
        double greatest = logits.Max();
        return [.. logits.Select(l => Math.Exp(l - greatest))];
    }

    private static void RequireRankable(IReadOnlyList<float> logits, int count)
    {
        if (count < 1 || count > logits.Count)
            throw new StreamPerceiverException($"{count} best labels are asked for: must be 1 to {logits.Count}");
        for (int i = 0; i < logits.Count; i++)
        {
            if (!float.IsFinite(logits[i]))
                throw new StreamPerceiverException($"logit {i} is {logits[i]}: must be finite");
        }
    }

    private static IReadOnlyList<LabelScore> Best<T>(IReadOnlyList<T> ranks, int count, Func<T, double> probability)
        => [.. Enumerable.Range(0, ranks.Count).OrderByDescending(i => ranks[i]).Take(count).Select(i => new LabelScore(i, probability(ranks[i])))];
}
