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
        Tensor[] parts = [.. Take(queries, keys, values).Select(ToHeads)];
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

        // Channel c belongs to head c / (channels / H).
        Tensor ToHeads(Tensor x) => x.expand(batch, -1, -1).reshape(batch, x.size(1), heads, x.size(2) / heads).transpose(1, 2);
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
}
