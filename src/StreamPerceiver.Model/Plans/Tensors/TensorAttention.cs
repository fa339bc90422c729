using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Multi-head attention by libtorch's <c>scaled_dot_product_attention</c>, for any device.</summary>
internal static class TensorAttention
{
    // libtorch may keep the scores of a call. Rows are independent, so those of a window beyond 256 MiB in float32 are made in turn.
    internal const long MostScores = 1 << 26;

    /// <inheritdoc cref="ExecutionPlan.Attend"/>
    public static Tensor Run(Columns queries, Columns keys, Columns values, int heads, Tensor? hidden)
    {
        long batch = Math.Max(queries.Of.size(0), keys.Of.size(0)), count = queries.Of.size(1);
        Tensor q = Split(queries), k = Split(keys), v = Split(values);      // (B, H, n, channels/H)
        Tensor? seen = hidden?.logical_not().unsqueeze(1).unsqueeze(1);     // (B, 1, 1, Nk)
        Tensor? blind = hidden?.all(1).reshape(batch, 1, 1, 1);
        long step = Math.Max(1, MostScores / (heads * k.size(2)));
        List<Tensor> gathered = [];
        for (long start = 0; start < count || start == 0; start += step)
        {
            Tensor rows = q.narrow(2, start, Math.Min(step, count - start)); // (B, H, nq, qk/H)
            Tensor answers = nn.functional.scaled_dot_product_attention(rows, k, v, seen); // (B, H, nq, v/H)
            gathered.Add(blind is null ? answers : answers.masked_fill(blind, Scalars.Zero)); // the CPU gives zeros there by itself; nothing says that every device does
        }

        Tensor all = gathered.Count == 1 ? gathered[0] : cat(gathered, 2);  // (B, H, Nq, v/H)
        return all.transpose(1, 2).reshape(batch, count, values.Count);     // (B, Nq, v)

        // Channel c belongs to head c / (channels / H).
        Tensor Split(Columns x) =>
            x.Of.narrow(2, x.First, x.Count).expand(batch, -1, -1).reshape(batch, x.Of.size(1), heads, x.Count / heads).transpose(1, 2);
    }
}
