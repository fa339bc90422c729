using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// Multi-head attention with its own layer norms (Perceiver IO, arXiv:2107.14795, appendix E). The masking rule of the whole network lives here:
/// an ignored key gets no weight, and a row that has no key left gets zeros. Hugging Face adds the lowest float to ignored scores instead,
/// so that such a row becomes the plain average of what it was told to ignore; wherever a key is left the two agree.
/// </summary>
internal sealed class Attention
{
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

    /// <summary>Rows of <paramref name="x"/> gather from rows of <paramref name="y"/>; in self-attention y is left out.</summary>
    /// <param name="x">Queries, (B, Nq, Dq).</param>
    /// <param name="y">Keys and values, (B, Nk, Dk).</param>
    /// <param name="ignored">True where a key shall not be seen, (B, Nk); null for none.</param>
    /// <returns>(B, Nq, Dq).</returns>
    public Tensor Forward(Tensor x, Tensor? y = null, Tensor? ignored = null)
    {
        Tensor normed = _queryNorm.Forward(x);                              // (B, Nq, Dq)
        Tensor source = y is null ? normed : _keyNorm!.Forward(y);          // (B, Nk, Dk)
        Tensor q = Split(_query.Forward(normed));                           // (B, H, Nq, qk/H)
        Tensor k = Split(_key.Forward(source));                             // (B, H, Nk, qk/H)
        Tensor v = Split(_value.Forward(source));                           // (B, H, Nk, v/H)
        Tensor scores = q.matmul(k.transpose(2, 3));                        // (B, H, Nq, Nk)
        scores = scores.div(Math.Sqrt(q.shape[3]));                         // (B, H, Nq, Nk)
        Tensor gathered = Weights(scores, ignored).matmul(v);               // (B, H, Nq, v/H)
        return _output.Forward(Merge(gathered));                            // (B, Nq, Dq)
    }

    private static Tensor Weights(Tensor scores, Tensor? ignored)
    {
        if (ignored is null)
            return scores.softmax(-1);                                      // (B, H, Nq, Nk)
        Tensor hidden = ignored.unsqueeze(1).unsqueeze(1);                  // (B, 1, 1, Nk)
        Tensor weights = scores.masked_fill(hidden, float.NegativeInfinity).softmax(-1); // (B, H, Nq, Nk)

        // A row without any key is 0/0 in the softmax; this puts zeros there, and changes no other row.
        return weights.masked_fill(hidden, 0f);                             // (B, H, Nq, Nk)
    }

    // Channel c belongs to head c / (channels / H).
    private Tensor Split(Tensor x) =>
        x.reshape(x.shape[0], x.shape[1], _heads, x.shape[2] / _heads).transpose(1, 2); // (B, H, n, channels/H)

    private static Tensor Merge(Tensor x) =>
        x.transpose(1, 2).reshape(x.shape[0], x.shape[2], x.shape[1] * x.shape[3]); // (B, n, channels)
}
