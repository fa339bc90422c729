namespace StreamPerceiver.Training;

/// <summary>The calibration of probabilities (arXiv:1706.04599): answers with a probability of 80 % should be right in 80 % of cases.</summary>
/// <param name="Error">The expected calibration error: the mean difference of confidence and accuracy over the bins, weighted by what is in them.</param>
/// <param name="Bins">Bins of equal width that are not empty, by confidence.</param>
public sealed record Calibration(double Error, IReadOnlyList<CalibrationBin> Bins)
{
    private const int Count = 15;

    /// <summary>Compares probabilities with what came true.</summary>
    public static Calibration Of(IEnumerable<(double Confidence, bool IsTrue)> statements)
    {
        var bins = new (int Count, double Confidence, int Right)[Count];
        int all = 0;
        foreach ((double confidence, bool isTrue) in statements)
        {
            ref (int Count, double Confidence, int Right) bin = ref bins[Math.Min(Count - 1, (int)(confidence * Count))];
            bin = (bin.Count + 1, bin.Confidence + confidence, bin.Right + (isTrue ? 1 : 0));
            all++;
        }

        CalibrationBin[] found =
        [
            .. bins.Index().Where(b => b.Item.Count > 0).Select(b => new CalibrationBin(
                (double)b.Index / Count, (double)(b.Index + 1) / Count, b.Item.Count, b.Item.Confidence / b.Item.Count, (double)b.Item.Right / b.Item.Count)),
        ];
        return new Calibration(found.Sum(b => Math.Abs(b.Confidence - b.Accuracy) * b.Statements) / Math.Max(1, all), found);
    }
}

/// <summary>The statements of about one confidence.</summary>
/// <param name="From">The least confidence of the bin.</param>
/// <param name="To">The confidence where the next bin begins.</param>
/// <param name="Statements">Windows, or labels of windows where each label is right by itself.</param>
/// <param name="Confidence">Their mean confidence.</param>
/// <param name="Accuracy">The share that is true.</param>
public sealed record CalibrationBin(double From, double To, int Statements, double Confidence, double Accuracy);
