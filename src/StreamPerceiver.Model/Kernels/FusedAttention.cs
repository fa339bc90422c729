using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// Multi-head attention on the CPU without a matrix of scores (FlashAttention, arXiv:2205.14135, on panels of 32 queries). The bits of a query's
/// result do not depend on the other queries, on the batch or on the number of threads.
/// </summary>
internal static unsafe class FusedAttention
{
    private const int Lanes = PanelProduct.Lanes;

    /// <summary>Computes softmax(queries keysᵀ / sqrt(d)) values, head by head; column c belongs to head c / (columns / heads).</summary>
    /// <param name="queries">(B or 1, Nq, qk); those of one window serve all windows.</param>
    /// <param name="keys">(B, Nk, qk).</param>
    /// <param name="values">(B, Nk, v).</param>
    /// <param name="heads">Heads H.</param>
    /// <param name="hidden">True where a key is hidden, (B, Nk); null for none. Where all keys are hidden, the row is zero.</param>
    /// <param name="precision">Number format of the products. They run in float32 where the processor has no bfloat16.</param>
    /// <returns>(B, Nq, v).</returns>
    public static Tensor Attend(Columns queries, Columns keys, Columns values, int heads, Tensor? hidden, Precision precision)
    {
        int batch = (int)keys.Whole.size(0), count = queries.Rows, depth = (int)(queries.Count / heads), width = (int)(values.Count / heads);
        Tensor gathered = empty([batch, count, values.Count]);
        using Tensor? seen = hidden?.to(ScalarType.Byte).contiguous();
        var rows = new AttentionRows(keys.Rows, 0, keys.Step, depth, 0, values.Step, width) { IsRounded = PairProduct.IsUsedFor(precision) };
        int panels = (count + Lanes - 1) / Lanes, group = PanelGroup.Size(rows, panels, batch * heads), groups = (panels + group - 1) / group;
        float scale = (float)(Math.Log2(Math.E) / Math.Sqrt(depth));
        ParallelTasks.Each(batch * heads * groups, task =>
        {
            int b = task / (heads * groups), head = task / groups % heads, first = task % groups * group;
            AttentionRows own = rows with
            {
                Keys = (nint)(keys.At(b) + (head * depth)),
                Values = (nint)(values.At(b) + (head * width)),
                Hidden = seen is null ? 0 : Columns.Address(seen) + (b * keys.Rows),
            };
            float* asking = queries.At(queries.Whole.size(0) == 1 ? 0 : b) + (head * depth);
            float* answers = (float*)Columns.Address(gathered) + ((long)b * count * values.Count) + (head * width);
            PanelGroup.Attend(
                own,
                first,
                Math.Min(group, panels - first),
                (panel, target) => Pack(asking, queries.Step, panel, count, depth, scale, target),
                (panel, state) => Unpack(state, panel, count, width, answers, (nint)values.Count));
        });
        return gathered;
    }

    // Transposes queries to the columns of a panel. A panel that is not full ends with zeros.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(float* queries, nint step, int panel, int count, int depth, float scale, float* target)
    {
        int first = panel * Lanes, rows = Math.Min(Lanes, count - first);
        if (rows < Lanes) new Span<float>(target, depth * Lanes).Clear();
        Transposition.Transpose(queries + (first * step), step, rows, depth, target, Lanes);
        Vector512<float> scales = Vector512.Create(scale);
        for (int at = 0; at < depth * Lanes; at += Vector512<float>.Count) (Vector512.Load(target + at) * scales).Store(target + at);
    }

    private static void Unpack(AttentionPanel state, int panel, int count, int width, float* answers, nint step)
    {
        state.Normalise();
        Transposition.Transpose(state.Values, Lanes, width, Math.Min(Lanes, count - (panel * Lanes)), answers + (panel * Lanes * step), step);
    }
}
