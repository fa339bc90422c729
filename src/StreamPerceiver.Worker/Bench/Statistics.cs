namespace StreamPerceiver.Worker.Bench;

/// <summary>Of measurements on a machine that others use, too.</summary>
internal static class Statistics
{
    /// <summary>The one in the middle, or the mean of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
