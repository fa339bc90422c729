using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Multi-head attention composed of libtorch's operations, for any device.</summary>
internal static class PlainAttention
{
    /// <inheritdoc cref="FusedAttention.Run"/>
    public static Tensor Run(Columns queries, Columns keys, Columns values, int heads, Tensor? hidden)
    {
        long batch = Math.Max(queries.Of.size(0), keys.Of.size(0));       // queries may be the same for all of a batch: (1, n, channels)
        Tensor q = Split(queries), k = Split(keys), v = Split(values);      // (B H, n, channels/H)
        long step = Math.Max(1, Attention.MostScores / (heads * k.size(1)));
        List<Tensor> gathered = [];
        for (long start = 0; start < q.size(1) || start == 0; start += step)
        {
            using IDisposable scope = NewDisposeScope();
            Tensor rows = q.narrow(1, start, Math.Min(step, q.size(1) - start)); // (B H, nq, qk/H)
            Tensor scores = rows.div(Math.Sqrt(q.size(2))).bmm(k.transpose(1, 2)).to(ScalarType.Float32); // (B H, nq, Nk)
            Tensor weights = Weights(scores.reshape(batch, heads, scores.size(1), scores.size(2)), hidden).reshape(scores.shape); // (B H, nq, Nk)
            gathered.Add(weights.to(v.dtype).bmm(v).MoveToOuterDisposeScope()); // (B H, nq, v/H)
        }

        return Merge(cat(gathered, 1), heads);                              // (B, Nq, v)

        // Channel c belongs to head c / (channels / H).
        Tensor Split(Columns x)
            => x.Of.narrow(2, x.First, x.Count).expand(batch, -1, -1).reshape(batch, x.Of.size(1), heads, x.Count / heads).transpose(1, 2).reshape(-1, x.Of.size(1), x.Count / heads);
    }

    private static Tensor Weights(Tensor scores, Tensor? ignored)
    {
        if (ignored is null)
            return scores.softmax(-1);                                      // (B, H, nq, Nk)
        Tensor hidden = ignored.unsqueeze(1).unsqueeze(1);                  // (B, 1, 1, Nk)
        Tensor weights = scores.masked_fill(hidden, float.NegativeInfinity).softmax(-1); // (B, H, nq, Nk)

        // A row without any key is 0/0 in the softmax; this puts zeros there, and changes no other row.
        return weights.masked_fill(hidden, 0f);                             // (B, H, nq, Nk)
    }

    private static Tensor Merge(Tensor x, int heads) =>
        x.reshape(-1, heads, x.size(1), x.size(2)).transpose(1, 2).reshape(-1, x.size(1), heads * x.size(2)); // (B, n, channels)
}
