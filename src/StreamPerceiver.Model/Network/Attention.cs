using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Keys and values of one attention, split into heads.</summary>
/// <param name="Keys">(B, H, Nk, qk/H).</param>
/// <param name="Values">(B, H, Nk, v/H).</param>
internal sealed record KeyValues(Tensor Keys, Tensor Values);

/// <summary>
/// Multi-head attention with its own layer norms (Perceiver IO, arXiv:2107.14795, appendix E). The masking rule of the whole network lives here:
/// an ignored key gets no weight, and a row that has no key left gets zeros. Hugging Face adds the lowest float to ignored scores instead,
/// so that such a row becomes the plain average of what it was told to ignore; wherever a key is left the two agree.
/// </summary>
internal sealed class Attention
{
    // Scores of a window that are in memory at once: 256 MiB. Rows are independent, so more are made in turn.
    internal const long MostScores = 1 << 26;

    private readonly long _heads;
    private readonly LayerNorm _queryNorm;
    private readonly LayerNorm? _keyNorm;
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _output;

    private Attention(WeightScope weights, int heads, bool cross)
    {
        WeightScope self = weights.At("self");
        _heads = heads;
        _queryNorm = new LayerNorm(self.At("layernorm1"));
        _keyNorm = cross ? new LayerNorm(self.At("layernorm2")) : null;
        _query = new Linear(self.At("query"));
        _key = new Linear(self.At("key"));
        _value = new Linear(self.At("value"));
        _output = new Linear(weights.At("output").At("dense"));
    }

    public static Attention Cross(WeightScope weights, int heads) => new(weights, heads, cross: true);

    public static Attention Self(WeightScope weights, int heads) => new(weights, heads, cross: false);

    /// <summary>Every row of <paramref name="x"/> (B, N, D) gathers from all rows: (B, N, D).</summary>
    public Tensor Forward(Tensor x)
    {
        Tensor normed = _queryNorm.Forward(x);                              // (B, N, D)
        return Gather(normed, Project(normed), ignored: null);              // (B, N, D)
    }

    /// <summary>Rows of <paramref name="x"/> gather from projected keys.</summary>
    /// <param name="x">Queries, (B, Nq, Dq).</param>
    /// <param name="keys">What <see cref="KeysOf"/> made.</param>
    /// <param name="ignored">True where a key shall not be seen, (B, Nk); null for none.</param>
    /// <returns>(B, Nq, Dq).</returns>
    public Tensor Forward(Tensor x, KeyValues keys, Tensor? ignored = null) => Gather(_queryNorm.Forward(x), keys, ignored); // (B, Nq, Dq)

    /// <summary>Keys and values of rows (B, Nk, Dk) in cross-attention.</summary>
    public KeyValues KeysOf(Tensor y) => Project(_keyNorm!.Forward(y));

    private KeyValues Project(Tensor normed) => new(
        Split(_key.Forward(normed)),                                        // (B, H, Nk, qk/H)
        Split(_value.Forward(normed)));                                     // (B, H, Nk, v/H)

    private Tensor Gather(Tensor normed, KeyValues keys, Tensor? ignored)
    {
        Tensor q = Split(_query.Forward(normed));                           // (B, H, Nq, qk/H)
        long step = Math.Max(1, MostScores / (_heads * keys.Keys.shape[2]));
        List<Tensor> gathered = [];
        for (long start = 0; start < q.shape[2] || start == 0; start += step)
        {
            using IDisposable scope = NewDisposeScope();
            Tensor rows = q.narrow(2, start, Math.Min(step, q.shape[2] - start)); // (B, H, nq, qk/H)
            Tensor scores = rows.matmul(keys.Keys.transpose(2, 3)).div_(Math.Sqrt(q.shape[3])); // (B, H, nq, Nk)
            gathered.Add(Weights(scores, ignored).matmul(keys.Values).MoveToOuterDisposeScope()); // (B, H, nq, v/H)
        }

        return _output.Forward(Merge(cat(gathered, 2)));                    // (B, Nq, Dq)
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

    // Channel c belongs to head c / (channels / H).
    private Tensor Split(Tensor x) =>
        x.reshape(x.shape[0], x.shape[1], _heads, x.shape[2] / _heads).transpose(1, 2); // (B, H, n, channels/H)

    private static Tensor Merge(Tensor x) =>
        x.transpose(1, 2).reshape(x.shape[0], x.shape[2], x.shape[1] * x.shape[3]); // (B, n, channels)
}
