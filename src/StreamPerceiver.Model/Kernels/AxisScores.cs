using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamPerceiver.Model;

/// <summary>
/// Score terms of rows that lie on a grid. Each channel of a Fourier position depends on one axis, so a term is a sum of one number for each axis.
/// <see cref="Collect"/> is the transpose: it sums weights along each axis. The last axis is the fastest.
/// </summary>
/// <param name="sizes">Sizes of the axes, slowest first; at least one.</param>
/// <param name="tables">The panels' tables one after the other, (panels, Places, Lanes).</param>
internal sealed unsafe class AxisScores(IReadOnlyList<int> sizes, nint tables) : ScoreTerms
{
    private const int Lanes = PanelProduct.Lanes;
    private const int Half = Lanes / 2;

    private readonly int[] _sizes = [.. sizes];
    private readonly int[] _starts = [.. sizes.Select((_, axis) => sizes.Take(axis).Sum())];

    /// <summary>Places of all axes together: rows of a panel's table.</summary>
    public override int Sums { get; } = sizes.Sum();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Write(int panel, int first, int count, float* scores)
    {
        float* table = (float*)tables + ((nint)panel * Sums * Lanes);
        int last = _sizes.Length - 1;
        float* alongLast = table + (_starts[last] * Lanes);
        for (int row = first; row < first + count;)
        {
            int at = row % _sizes[last];
            int run = Math.Min(_sizes[last] - at, first + count - row);
            Vector512<float> line0 = Vector512<float>.Zero, line1 = line0;
            for (int axis = last - 1, rest = row / _sizes[last]; axis >= 0; rest /= _sizes[axis--])
            {
                float* place = table + ((_starts[axis] + (rest % _sizes[axis])) * Lanes);
                line0 += Vector512.Load(place);
                line1 += Vector512.Load(place + Half);
            }

            float* from = alongLast + (at * Lanes), to = scores + ((row - first) * Lanes);
            for (float* end = to + (run * Lanes); to < end; to += Lanes, from += Lanes)
            {
                (line0 + Vector512.Load(from)).Store(to);
                (line1 + Vector512.Load(from + Half)).Store(to + Half);
            }

            row += run;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Collect(float* sums, int first, int count, float* weights)
    {
        int last = _sizes.Length - 1;
        float* alongLast = sums + (_starts[last] * Lanes);
        for (int row = first; row < first + count;)
        {
            int at = row % _sizes[last];
            int run = Math.Min(_sizes[last] - at, first + count - row);
            Vector512<float> line0 = Vector512<float>.Zero, line1 = line0;
            float* from = weights + ((row - first) * Lanes), to = alongLast + (at * Lanes);
            for (float* end = from + (run * Lanes); from < end; to += Lanes, from += Lanes)
            {
                Vector512<float> w0 = Vector512.Load(from), w1 = Vector512.Load(from + Half);
                (Vector512.Load(to) + w0).Store(to);
                (Vector512.Load(to + Half) + w1).Store(to + Half);
                line0 += w0;
                line1 += w1;
            }

            for (int axis = last - 1, rest = row / _sizes[last]; axis >= 0; rest /= _sizes[axis--])
            {
                float* place = sums + ((_starts[axis] + (rest % _sizes[axis])) * Lanes);
                (Vector512.Load(place) + line0).Store(place);
                (Vector512.Load(place + Half) + line1).Store(place + Half);
            }

            row += run;
        }
    }
}
