using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Multi-head attention by libtorch's <c>scaled_dot_product_attention</c>, for any device.</summary>
internal static class TensorAttention
{
    // libtorch may keep all scores of a call in memory. Rows are independent, so one call computes at most 256 MiB of float32 scores.
    internal const long MostScores = 1 << 26;

    /// <inheritdoc cref="ExecutionPlan.Attend"/>
    public static Tensor Attend(Columns queries, Columns keys, Columns values, int heads, Tensor? hidden)
    {
        long batch = Math.Max(queries.Whole.size(0), keys.Whole.size(0)), count = queries.Whole.size(1);
        Tensor[] parts = [.. Take(queries, keys, values).Select(x => ToHeads(x, batch, heads))];
        Tensor q = parts[0], k = parts[1], v = parts[2];                    // (B, H, n, channels/H)
        Tensor? seen = hidden?.logical_not().unsqueeze(1).unsqueeze(1);     // (B, 1, 1, Nk)
        Tensor? blind = hidden?.all(1).reshape(batch, 1, 1, 1);
        long step = Math.Max(1, MostScores / (heads * k.size(2)));
        List<Tensor> gathered = [];
        for (long start = 0; start < count || start == 0; start += step)
        {
            Tensor rows = q.narrow(2, start, Math.Min(step, count - start)); // (B, H, nq, qk/H)
            Tensor answers = nn.functional.scaled_dot_product_attention(rows, k, v, seen); // (B, H, nq, v/H)
            // libtorch gives zeros on the CPU where all keys are hidden. Its documentation does not promise this for every device.
            gathered.Add(blind is null ? answers : answers.masked_fill(blind, Scalars.Zero));
        }

        Tensor all = gathered.Count == 1 ? gathered[0] : cat(gathered, 2);  // (B, H, Nq, v/H)
        return all.transpose(1, 2).reshape(batch, count, values.Count);     // (B, Nq, v)
    }

    // Columns side by side are split in one operation. The gradient of the whole is then put together once, and not filled up and added for each.
    private static Tensor[] Take(params IReadOnlyList<Columns> columns)
    {
        Columns first = columns[0];
        int joined = columns.TakeWhile(c => ReferenceEquals(c.Whole, first.Whole)).Count();
        long[] sizes = [.. columns.Take(joined).Select(c => c.Count)];
        bool isWhole = columns.Take(joined).Index().All(c => c.Item.First == sizes[..c.Index].Sum()) && sizes.Sum() == first.Whole.size(2);
        Tensor[] taken = isWhole ? first.Whole.split(sizes, 2) : [first.Whole.narrow(2, first.First, first.Count)]; // (B, n, channels)
        return taken.Length == columns.Count ? taken : [.. taken, .. Take([.. columns.Skip(taken.Length)])];
    }

    /// <summary>Computes the weights of an attention, softmax(queries keysᵀ / sqrt(d)), as the mean of the heads. A hidden key has the weight 0.</summary>
    /// <param name="queries">As for <see cref="Attend"/>.</param>
    /// <param name="keys">As for <see cref="Attend"/>.</param>
    /// <param name="heads">Heads H.</param>
    /// <param name="hidden">As for <see cref="Attend"/>.</param>
    /// <returns>(B, Nq, Nk).</returns>
    public static Tensor Weigh(Columns queries, Columns keys, int heads, Tensor? hidden)
    {
        long batch = Math.Max(queries.Whole.size(0), keys.Whole.size(0)), count = queries.Whole.size(1), rows = keys.Whole.size(1);
        using Scalar scale = Scalars.Create(1 / Math.Sqrt((double)keys.Count / heads));
        Tensor q = ToHeads(queries.Whole.narrow(2, queries.First, queries.Count), batch, heads).mul(scale); // (B, H, Nq, d)
        Tensor k = ToHeads(keys.Whole.narrow(2, keys.First, keys.Count), batch, heads).transpose(2, 3)
            .reshape(batch * heads, keys.Count / heads, rows);              // (B H, d, Nk)
        Tensor? ignored = hidden?.reshape(batch, 1, 1, rows);
        long step = Math.Max(1, MostScores / (batch * heads * rows));
        List<Tensor> weights = [];
        for (long start = 0; start < count; start += step)
        {
            using IDisposable scope = NewDisposeScope();
            long some = Math.Min(step, count - start);
            Tensor scores = q.narrow(2, start, some).reshape(batch * heads, some, -1).bmm(k).reshape(batch, heads, some, rows); // (B, H, n, Nk)
            if (ignored is not null) scores = scores.masked_fill(ignored, Scalars.NegativeInfinity);
            Tensor shares = scores.softmax(3);                              // NaN where all keys are hidden
            if (ignored is not null) shares = shares.masked_fill(ignored, Scalars.Zero);
            weights.Add(shares.mean([1]).MoveToOuterDisposeScope());        // (B, n, Nk)
        }

        return weights.Count == 1 ? weights[0] : cat(weights, 1);           // (B, Nq, Nk)
    }

    // Channel c belongs to head c / (channels / H).
    private static Tensor ToHeads(Tensor x, long batch, int heads)
        => x.expand(batch, -1, -1).reshape(batch, x.size(1), heads, x.size(2) / heads).transpose(1, 2);
}
