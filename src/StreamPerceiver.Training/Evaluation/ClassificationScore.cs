namespace StreamPerceiver.Training;

/// <summary>How well the answers of a classification fit the truth.</summary>
public sealed class ClassificationScore
{
    private const int Bins = 15;

    /// <summary>Compares answers with the truth.</summary>
    /// <param name="logits">Of each window, a logit for each label.</param>
    /// <param name="truth">Of each window, the number of the right label.</param>
    /// <param name="labels">Number of labels.</param>
    public ClassificationScore(IReadOnlyList<float[]> logits, IReadOnlyList<int> truth, int labels)
    {
        (Count, Confusion) = (truth.Count, new int[labels, labels]);
        var bins = new (int Count, double Confidence, int Right)[Bins];
        for (int i = 0; i < truth.Count; i++)
        {
            double[] shares = Softmax(logits[i]);
            int answer = Array.IndexOf(shares, shares.Max());
            Confusion[truth[i], answer]++;
            Loss -= Math.Log(Math.Max(shares[truth[i]], 1e-30)) / truth.Count;
            int bin = Math.Min(Bins - 1, (int)(shares[answer] * Bins));
            bins[bin] = (bins[bin].Count + 1, bins[bin].Confidence + shares[answer], bins[bin].Right + (answer == truth[i] ? 1 : 0));
        }

        Right = Enumerable.Range(0, labels).Sum(k => Confusion[k, k]);
        CalibrationError = bins.Sum(b => Math.Abs(b.Confidence - b.Right)) / Math.Max(1, Count);
    }

    /// <summary>Windows.</summary>
    public int Count { get; }

    /// <summary>Windows whose likeliest label is right.</summary>
    public int Right { get; }

    /// <summary>The share of them.</summary>
    public double Accuracy => Count == 0 ? 0 : (double)Right / Count;

    /// <summary>The mean cross-entropy, in nats.</summary>
    public double Loss { get; }

    /// <summary>
    /// The expected calibration error (arXiv:1706.04599): the mean difference of confidence and accuracy over 15 bins of confidence, weighted by their windows.
    /// </summary>
    public double CalibrationError { get; }

    /// <summary>Windows by true label and answered label.</summary>
    public int[,] Confusion { get; }

    /// <summary>Computes the probabilities of logits.</summary>
    public static double[] Softmax(float[] logits)
    {
        double most = logits.Max();
        double[] powers = [.. logits.Select(x => Math.Exp(x - most))];
        double sum = powers.Sum();
        return [.. powers.Select(p => p / sum)];
    }
}
