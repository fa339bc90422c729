using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Multi-head attention composed of libtorch's operations, for any device.</summary>
internal static class PlainAttention
{
    /// <inheritdoc cref="FusedAttention.Run"/>
    public static Tensor Run(Columns queries, Columns keys, Columns values, int heads, Tensor? hidden)
    {
        Tensor q = Split(queries), k = Split(keys), v = Split(values);      // (B, H, n, channels/H)
        long step = Math.Max(1, Attention.MostScores / (heads * k.shape[2]));
        List<Tensor> gathered = [];
        for (long start = 0; start < q.shape[2] || start == 0; start += step)
        {
            using IDisposable scope = NewDisposeScope();
            Tensor rows = q.narrow(2, start, Math.Min(step, q.shape[2] - start)); // (B, H, nq, qk/H)
            Tensor scores = rows.div(Math.Sqrt(q.shape[3])).matmul(k.transpose(2, 3)).to(ScalarType.Float32); // (B, H, nq, Nk)
            gathered.Add(Weights(scores, hidden).to(v.dtype).matmul(v).MoveToOuterDisposeScope()); // (B, H, nq, v/H)
        }

        return Merge(cat(gathered, 2));                                     // (B, Nq, v)

        // Channel c belongs to head c / (channels / H).
        Tensor Split(Columns x) => x.Of.narrow(2, x.First, x.Count).reshape(x.Of.shape[0], x.Of.shape[1], heads, x.Count / heads).transpose(1, 2).contiguous();
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

    private static Tensor Merge(Tensor x) =>
        x.transpose(1, 2).reshape(x.shape[0], x.shape[2], x.shape[1] * x.shape[3]); // (B, n, channels)
}
