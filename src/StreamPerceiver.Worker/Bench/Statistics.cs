namespace StreamPerceiver.Worker.Bench;

/// <summary>Statistics for measurements on a machine with other work.</summary>
internal static class Statistics
{
    /// <summary>Computes the median; of an even number, the mean of the middle two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
