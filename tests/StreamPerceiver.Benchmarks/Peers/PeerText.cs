using System.Globalization;
using StreamPerceiver.Model;

namespace StreamPerceiver.Benchmarks.Peers;

/// <summary>How tables write things.</summary>
internal static class PeerText
{
    /// <summary>The name of a data type.</summary>
    public static string Of(Precision precision) => precision == Precision.BFloat16 ? "bfloat16" : "float32";

    /// <summary>A number with so many digits behind the point.</summary>
    public static string Of(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);

    /// <summary>Formats a small number.</summary>
    public static string Small(double value) => value.ToString("0.0e-0", CultureInfo.InvariantCulture);

    /// <summary>The one in the middle, or the mean of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
