using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamPerceiver.Model;

/// <summary>Powers of two, 16 at a time.</summary>
internal static class Exponential
{
    // 2^-126 is the smallest normal float.
    private const float Least = -126f;

    /// <summary>
    /// Computes 2^x for x up to 127, within one unit in the last place. Results below 2^-126 become 2^-126. The exponent bits take the whole part
    /// of x. The rest r, between -0.5 and 0.5, goes through the minimax polynomial of degree 6 for 2^r (relative error: 2e-9).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> PowerOfTwo(Vector512<float> x)
    {
        x = Vector512.Max(x, Vector512.Create(Least));
        Vector512<float> whole = Vector512.Round(x);
        Vector512<float> r = x - whole;
        Vector512<float> p = Vector512.Create(1.5353362e-4f);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.3398874e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(9.6184374e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(5.5503325e-2f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(2.4022648e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(6.9314720e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f));
        return (p.AsInt32() + (Vector512.ConvertToInt32(whole) << 23)).AsSingle();
    }
}
