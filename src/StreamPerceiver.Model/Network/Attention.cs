using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>What is attended to: keys (B, Nk, qk) and values (B, Nk, v), side by side in one tensor.</summary>
/// <param name="Keys">The keys' columns.</param>
/// <param name="Values">The values' columns.</param>
internal sealed record KeyValues(Columns Keys, Columns Values);

/// <summary>
/// Multi-head attention with its own layer norms (Perceiver IO, arXiv:2107.14795, appendix E). The masking rule of the whole network lives here:
/// an ignored key gets no weight, and a row that has no key left gets zeros. Hugging Face adds the lowest float to ignored scores instead,
/// so that such a row becomes the plain average of what it was told to ignore; wherever a key is left the two agree.
/// </summary>
internal sealed class Attention
{
    private readonly int _heads;
    private readonly ExecutionPlan _plan;
    private readonly LayerNorm _queryNorm;
    private readonly LayerNorm? _keyNorm;
    private readonly Linear? _query;
    private readonly Linear _projection;
    private readonly Linear _output;
    private readonly long _qkChannels;

    private Attention(WeightScope weights, int heads, bool cross, bool isFolded = false)
    {
        WeightScope self = isFolded ? weights.At("self").Exact : weights.At("self");
        (_heads, _plan) = (heads, weights.Plan);
        _queryNorm = new LayerNorm(self.At("layernorm1"));
        _keyNorm = cross ? new LayerNorm(self.At("layernorm2")) : null;
        _qkChannels = self.At("key").Get("weight").size(0);
        _query = cross ? Linear.FromStored(self.At("query")) : null;
        _projection = cross ? Linear.FromJoined(self, "key", "value") : Linear.FromJoined(self, "query", "key", "value");
        _output = Linear.FromStored(weights.At("output").At("dense"));
    }

    private long ValueChannels => _projection.Outputs - (_query is null ? 2 : 1) * _qkChannels;

    /// <summary>Cross-attention; <paramref name="isFolded"/> if its projections only serve to make the constants of <see cref="Separate"/>: those are exact.</summary>
    public static Attention Cross(WeightScope weights, int heads, bool isFolded = false) => new(weights, heads, cross: true, isFolded);

    public static Attention Self(WeightScope weights, int heads) => new(weights, heads, cross: false);

    /// <summary>Every row of <paramref name="x"/> (B, N, D) gathers from all rows, added to <paramref name="plus"/> (B, N, D): (B, N, D).</summary>
    public Tensor Forward(Tensor x, Tensor plus)
    {
        Tensor all = _projection.Forward(_queryNorm.Forward(x));            // (B, N, 2 qk + v)
        return Gather(new Columns(all, 0, _qkChannels), Split(all, _qkChannels), ignored: null, plus); // (B, N, D)
    }

    /// <summary>Rows gather from projected keys.</summary>
    /// <param name="q">What <see cref="QueriesOf"/> made, (B or 1, Nq, qk).</param>
    /// <param name="keys">What <see cref="KeysOf"/> made.</param>
    /// <param name="ignored">True where a key shall not be seen, (B, Nk); null for none.</param>
    /// <returns>(B, Nq, Dq).</returns>
    public Tensor Forward(Tensor q, KeyValues keys, Tensor? ignored = null) => Gather(Columns.All(q), keys, ignored); // (B, Nq, Dq)

    /// <summary>Queries (B, Nq, qk) of rows (B, Nq, Dq) in cross-attention.</summary>
    public Tensor QueriesOf(Tensor x) => _query!.Forward(_queryNorm.Forward(x)); // (B, Nq, qk)

    /// <summary>Keys and values of rows (B, Nk, Dk) in cross-attention.</summary>
    public KeyValues KeysOf(Tensor y) => Split(_projection.Forward(_keyNorm!.Forward(y)), 0);

    /// <summary>Makes the same attention to tokens in parts, for the constant queries of rows (N, Dq).</summary>
    public SeparableCrossAttention Separate(Tensor x)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor weight = _projection.Weight, keys = weight.narrow(0, 0, _qkChannels), values = weight.narrow(0, _qkChannels, ValueChannels);
        Tensor bias = _projection.Bias.narrow(0, _qkChannels, ValueChannels);
        return _plan.MakeReader(new SeparableWeights(_query!.Forward(_queryNorm.Forward(x)), _keyNorm!, keys, values, bias, _heads));
    }

    /// <summary>Makes the same attention for tokens in parts, to keys of its own.</summary>
    public SeparableQueries SeparateQueries() => _plan.MakeQueries(_queryNorm, _query!, _output, _heads);

    /// <summary>What rows make of values that they have gathered, (B, Nq, v): (B, Nq, Dq).</summary>
    public Tensor Output(Tensor gathered) => _output.Forward(gathered);

    private KeyValues Split(Tensor projected, long first) => new(new(projected, first, _qkChannels), new(projected, first + _qkChannels, ValueChannels));

    private Tensor Gather(Columns q, KeyValues keys, Tensor? ignored, Tensor? plus = null) =>
        _output.Forward(_plan.Attend(q, keys.Keys, keys.Values, _heads, ignored), plus); // (B, Nq, Dq)
}
