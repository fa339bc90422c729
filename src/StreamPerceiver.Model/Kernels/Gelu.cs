using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamPerceiver.Model;

/// <summary>The exact GELU (arXiv:1606.08415), 16 numbers at a time.</summary>
internal static class Gelu
{
    /// <summary>Computes x (1 + erf(x / sqrt 2)) / 2, with erf as in Abramowitz and Stegun 7.1.26: its error is at most 1.5e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Apply(Vector512<float> x)
    {
        Vector512<float> z = Vector512.Abs(x) * Vector512.Create(0.70710678f);
        Vector512<float> t = Vector512<float>.One / Vector512.FusedMultiplyAdd(z, Vector512.Create(0.3275911f), Vector512<float>.One);
        Vector512<float> p = Vector512.Create(1.061405429f);
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-1.453152027f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(1.421413741f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-0.284496736f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(0.254829592f));
        Vector512<float> rest = p * t * Exponential.PowerOfTwo(z * z * Vector512.Create(-1.44269504f)); // 1 - erf(z)
        Vector512<float> half = x * Vector512.Create(0.5f);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), half * rest, half * (Vector512.Create(2f) - rest));
    }
}
