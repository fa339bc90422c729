using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamPerceiver.Model;

/// <summary>
/// Attention of 32 queries over tiles of rows, with a running maximum and sum (online softmax, arXiv:1805.02867). Scores exist for one tile at a
/// time. They are exponents of two: the caller has multiplied the queries by log2(e). The caller owns the memory.
/// </summary>
/// <param name="rows">The keys and values.</param>
/// <param name="panel">The panel's number.</param>
/// <param name="queries">(KeyChannels, Lanes), rounded if the rows are.</param>
/// <param name="state"><see cref="StateSize"/> numbers, zero.</param>
internal readonly unsafe struct AttentionPanel(AttentionRows rows, int panel, float* queries, float* state)
{
    private const int Lanes = PanelProduct.Lanes;
    private const int Half = Lanes / 2;

    // The running maximum may be too low by this exponent: no sum overflows, and the sums are rescaled less often.
    private const float Slack = 8f;

    private readonly float* _maximum = state;
    private readonly float* _sum = state + Lanes;
    private readonly float* _weight = state + (2 * Lanes);
    private readonly float* _offset = state + (3 * Lanes);
    private readonly float* _values = state + (4 * Lanes);
    private readonly float* _sums = state + ((4 + rows.ValueChannels) * Lanes);

    /// <summary>Counts the numbers of a panel's state.</summary>
    public static int StateSize(in AttentionRows rows) => (4 + rows.ValueChannels + (rows.Terms?.Sums ?? 0)) * Lanes;

    /// <summary>(Lanes) running maxima of the scores, from which the sums below are scaled; the least float where no row was visible.</summary>
    public float* Maximum => _maximum;

    /// <summary>(Lanes) sums of the softmax's numerators.</summary>
    public float* Sum => _sum;

    /// <summary>(Lanes) sums of the numerators times the rows' factors.</summary>
    public float* Weight => _weight;

    /// <summary>(Lanes) weighted sums of the rows' offsets.</summary>
    public float* Offset => _offset;

    /// <summary>(ValueChannels, Lanes) weighted sums of the values.</summary>
    public float* Values => _values;

    /// <summary>(Sums, Lanes) sums of the weights that <see cref="ScoreTerms.Collect"/> has made.</summary>
    public float* Sums => _sums;

    /// <summary>Resets all sums and maxima.</summary>
    public void Clear()
    {
        new Span<float>(_maximum, StateSize(rows)).Clear();
        new Span<float>(_maximum, Lanes).Fill(float.MinValue);
    }

    /// <summary>Divides the values by the sums. The values are zero where no row was visible.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Normalise()
    {
        Vector512<float> s0 = Vector512.Load(_sum), s1 = Vector512.Load(_sum + Half), zero = Vector512<float>.Zero;
        s0 = Vector512.ConditionalSelect(Vector512.Equals(s0, zero), zero, Vector512<float>.One / s0);
        s1 = Vector512.ConditionalSelect(Vector512.Equals(s1, zero), zero, Vector512<float>.One / s1);
        float* end = _values + (rows.ValueChannels * Lanes);
        for (float* x = _values; x < end; x += Lanes)
        {
            (Vector512.Load(x) * s0).Store(x);
            (Vector512.Load(x + Half) * s1).Store(x + Half);
        }
    }

    /// <summary>Adds a tile of rows to the sums.</summary>
    /// <param name="tile">The rows.</param>
    /// <param name="scores">Room for (AttentionTile.Rows, Lanes).</param>
    public void Take(AttentionTile tile, float* scores)
    {
        (int first, int count) = (tile.First, tile.Count);
        if (rows.Terms is { } terms) terms.Write(panel, first, count, scores);
        else new Span<float>(scores, count * Lanes).Clear();
        tile.AddScores(rows.KeyChannels, queries, scores);
        RaiseMaximum(first, count, scores);
        Weigh(first, count, scores);
        rows.Terms?.Collect(_sums, first, count, scores);
        tile.AddValues(rows.ValueChannels, scores, _values);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RaiseMaximum(int first, int count, float* scores)
    {
        Vector512<float> m0 = Vector512.Load(_maximum), m1 = Vector512.Load(_maximum + Half);
        Vector512<float> t0 = Vector512.Create(float.MinValue), t1 = t0;
        for (int t = 0; t < count; t++, scores += Lanes)
        {
            if (rows.IsHidden(first + t)) continue;
            Vector512<float> s0 = Vector512.Load(scores), s1 = Vector512.Load(scores + Half);
            if (rows.Factors != 0)
            {
                Vector512<float> factor = Vector512.Create(rows.Factor(first + t));
                (s0, s1) = (s0 * factor, s1 * factor);
                s0.Store(scores);
                s1.Store(scores + Half);
            }

            (t0, t1) = (Vector512.Max(t0, s0), Vector512.Max(t1, s1));
        }

        Vector512<float> slack = Vector512.Create(Slack);
        if (!Vector512.GreaterThanAny(t0, m0 + slack) && !Vector512.GreaterThanAny(t1, m1 + slack)) return;
        (t0, t1) = (Vector512.Max(t0, m0), Vector512.Max(t1, m1));
        Vector512<float> f0 = Exponential.PowerOfTwo(m0 - t0), f1 = Exponential.PowerOfTwo(m1 - t1);
        t0.Store(_maximum);
        t1.Store(_maximum + Half);
        float* end = _maximum + StateSize(rows);
        for (float* x = _sum; x < end; x += Lanes)
        {
            (Vector512.Load(x) * f0).Store(x);
            (Vector512.Load(x + Half) * f1).Store(x + Half);
        }
    }

    // Turns scores s into weights 2^(s - m), times the row's factor.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Weigh(int first, int count, float* scores)
    {
        Vector512<float> m0 = Vector512.Load(_maximum), m1 = Vector512.Load(_maximum + Half);
        Vector512<float> sum0 = Vector512<float>.Zero, sum1 = sum0;
        Vector512<float> weight0 = Vector512<float>.Zero, weight1 = weight0;
        Vector512<float> offset0 = Vector512<float>.Zero, offset1 = offset0;
        for (int t = 0; t < count; t++, scores += Lanes)
        {
            if (rows.IsHidden(first + t))
            {
                Vector512<float>.Zero.Store(scores);
                Vector512<float>.Zero.Store(scores + Half);
                continue;
            }

            Vector512<float> p0 = Exponential.PowerOfTwo(Vector512.Load(scores) - m0), p1 = Exponential.PowerOfTwo(Vector512.Load(scores + Half) - m1);
            sum0 += p0;
            sum1 += p1;
            if (rows.Factors != 0)
            {
                Vector512<float> factor = Vector512.Create(rows.Factor(first + t));
                (p0, p1) = (p0 * factor, p1 * factor);
                weight0 += p0;
                weight1 += p1;
                Vector512<float> offset = Vector512.Create(rows.Offset(first + t));
                offset0 = Vector512.FusedMultiplyAdd(p0, offset, offset0);
                offset1 = Vector512.FusedMultiplyAdd(p1, offset, offset1);
            }

            p0.Store(scores);
            p1.Store(scores + Half);
        }

        Add(_sum, sum0, sum1);
        Add(_weight, weight0, weight1);
        Add(_offset, offset0, offset1);
    }

    private static void Add(float* sum, Vector512<float> first, Vector512<float> second)
    {
        (Vector512.Load(sum) + first).Store(sum);
        (Vector512.Load(sum + Half) + second).Store(sum + Half);
    }
}
