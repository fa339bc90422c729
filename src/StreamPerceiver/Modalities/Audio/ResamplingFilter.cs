using System.Collections.Concurrent;
using System.Runtime.Intrinsics;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>
/// A polyphase low-pass filter: phase p has the weights for an output that is p / Phases of a frame after an input frame. The filter is a sinc under a
/// Kaiser window. The filter is symmetric, so its phase is linear. The weights of every phase sum to 1.
/// </summary>
internal sealed class ResamplingFilter
{
    /// <summary>Zero crossings of the sinc on each side.</summary>
    private const int Crossings = 32;

    /// <summary>The beta of the Kaiser window, for 90 dB in the stop band.</summary>
    private const double Beta = 8.96;

    /// <summary>The middle of the transition band, relative to the lower of the two Nyquist frequencies. The stop band begins below 1.</summary>
    private const double Cutoff = 0.91;

    private const int MostPhases = 1024;
    private const int MostHalf = 1 << 12;
    private const int MostKept = 16;

    // Kept, because streams keep their rates, and making a filter takes longer than resampling a record.
    private static readonly ConcurrentDictionary<(int Source, int Target), ResamplingFilter> Kept = new();

    private readonly float[] _values;

    private ResamplingFilter(int sourceRate, int targetRate)
    {
        int divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(sourceRate, targetRate);
        Up = targetRate / divisor;
        Down = sourceRate / divisor;
        double scale = Math.Min(1.0, (double)targetRate / sourceRate);
        Half = (int)Math.Min(Math.Ceiling(Crossings / scale), MostHalf);
        scale = Math.Max(scale, (double)Crossings / Half);
        Phases = Math.Min(Up, (int)Math.Ceiling(MostPhases * scale)); // a longer filter changes less from phase to phase
        _values = new float[(Phases + 1) * Taps];
        for (int phase = 0; phase <= Phases; phase++) Fill(_values.AsSpan(phase * Taps, Taps), (double)phase / Phases, scale);
    }

    /// <summary>Returns the filter from one rate to another. Filters of some rates are kept.</summary>
    public static ResamplingFilter ForRates(int sourceRate, int targetRate)
    {
        if (Kept.TryGetValue((sourceRate, targetRate), out ResamplingFilter? known)) return known;
        if (Kept.Count >= MostKept) Kept.Clear();
        return Kept[(sourceRate, targetRate)] = new ResamplingFilter(sourceRate, targetRate);
    }

    /// <summary>Outputs for every <see cref="Down"/> inputs.</summary>
    public int Up { get; }

    /// <summary>Inputs for every <see cref="Up"/> outputs.</summary>
    public int Down { get; }

    /// <summary>Input frames on each side of an output.</summary>
    public int Half { get; }

    /// <summary>Input frames that an output needs.</summary>
    public int Taps => 2 * Half;

    private int Phases { get; }

    /// <summary>
    /// Computes one output of one channel from <see cref="Taps"/> frames, which begin at <paramref name="input"/>[0]. A phase between two phases of the
    /// table is interpolated.
    /// </summary>
    public float Apply(ReadOnlySpan<float> input, int phase)
    {
        long position = (long)phase * Phases;
        int row = (int)(position / Up);
        double rest = (double)(position % Up) / Up;
        double sum = Sum(input, row);
        return (float)(rest == 0 ? sum : sum + rest * (Sum(input, row + 1) - sum));
    }

    private double Sum(ReadOnlySpan<float> input, int row)
    {
        ReadOnlySpan<float> weights = _values.AsSpan(row * Taps, Taps);
        Vector512<double> lower = Vector512<double>.Zero, upper = lower;
        int tap = 0;
        for (; tap <= weights.Length - Vector512<float>.Count; tap += Vector512<float>.Count)
        {
            Vector512<float> w = Vector512.Create(weights[tap..]), x = Vector512.Create(input[tap..]);
            lower = Vector512.FusedMultiplyAdd(Vector512.WidenLower(w), Vector512.WidenLower(x), lower);
            upper = Vector512.FusedMultiplyAdd(Vector512.WidenUpper(w), Vector512.WidenUpper(x), upper);
        }

        double sum = Vector512.Sum(lower + upper);
        for (; tap < weights.Length; tap++) sum += (double)weights[tap] * input[tap];
        return sum;
    }

    private void Fill(Span<float> weights, double fraction, double scale)
    {
        var exact = new double[Taps];
        for (int tap = 0; tap < Taps; tap++)
        {
            double time = tap - (Half - 1) - fraction;
            double angle = Math.PI * time * scale * Cutoff;
            double sinc = angle == 0 ? 1 : Math.Sin(angle) / angle;
            double edge = time / Half;
            exact[tap] = Math.Abs(edge) >= 1 ? 0 : sinc * Bessel(Beta * Math.Sqrt(1 - edge * edge));
        }

        double total = exact.Sum();
        for (int tap = 0; tap < Taps; tap++) weights[tap] = (float)(exact[tap] / total);
    }

    /// <summary>Computes the modified Bessel function I0 by its series.</summary>
    private static double Bessel(double x)
    {
        double term = 1, sum = 1;
        for (int k = 1; term > 1e-17 * sum; k++)
        {
            term *= x * x / (4.0 * k * k);
            sum += term;
        }

        return sum;
    }
}
