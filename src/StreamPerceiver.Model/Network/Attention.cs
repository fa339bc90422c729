using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Keys (B, Nk, qk) and values (B, Nk, v), side by side in one tensor.</summary>
/// <param name="Keys">The keys' columns.</param>
/// <param name="Values">The values' columns.</param>
internal sealed record KeyValues(Columns Keys, Columns Values);

/// <summary>
/// Multi-head attention with its own layer norms (Perceiver IO, arXiv:2107.14795, appendix E). The whole network follows its masking rule:
/// a hidden key gets no weight, and a row with all keys hidden gets zeros. Hugging Face adds the lowest float to hidden scores instead.
/// There a row with all keys hidden becomes the average of the hidden values. The results are equal where a key is visible.
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

    /// <summary>
    /// Makes a cross-attention. <paramref name="isFolded"/> keeps its projections in float32, since <see cref="Separate"/> computes its constants from them.
    /// </summary>
    public static Attention Cross(WeightScope weights, int heads, bool isFolded = false) => new(weights, heads, cross: true, isFolded);

    /// <summary>Makes a self-attention from its weights.</summary>
    public static Attention Self(WeightScope weights, int heads) => new(weights, heads, cross: false);

    /// <summary>Computes the self-attention of <paramref name="x"/> (B, N, D) and adds <paramref name="plus"/> (B, N, D): (B, N, D).</summary>
    public Tensor Forward(Tensor x, Tensor plus)
    {
        Tensor all = _projection.Forward(_queryNorm.Forward(x));            // (B, N, 2 qk + v)
        return Gather(new Columns(all, 0, _qkChannels), Split(all, _qkChannels), ignored: null, plus); // (B, N, D)
    }

    /// <summary>Computes the cross-attention of projected queries to projected keys and values.</summary>
    /// <param name="q">Queries from <see cref="ProjectQueries"/>, (B or 1, Nq, qk).</param>
    /// <param name="keys">Keys and values from <see cref="ProjectKeys"/>.</param>
    /// <param name="ignored">True where a key is hidden, (B, Nk); null (default) for none.</param>
    /// <returns>(B, Nq, Dq).</returns>
    public Tensor Forward(Tensor q, KeyValues keys, Tensor? ignored = null) => Gather(Columns.All(q), keys, ignored); // (B, Nq, Dq)

    /// <summary>Projects rows (B, Nq, Dq) to queries of a cross-attention, (B, Nq, qk).</summary>
    public Tensor ProjectQueries(Tensor x) => _query!.Forward(_queryNorm.Forward(x)); // (B, Nq, qk)

    /// <summary>Projects rows (B, Nk, Dk) to keys and values of a cross-attention.</summary>
    public KeyValues ProjectKeys(Tensor y) => Split(_projection.Forward(_keyNorm!.Forward(y)), 0);

    /// <summary>Makes the same cross-attention to tokens in parts, for constant queries from rows (N, Dq).</summary>
    public SeparableCrossAttention Separate(Tensor x)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor weight = _projection.Weight, keys = weight.narrow(0, 0, _qkChannels), values = weight.narrow(0, _qkChannels, ValueChannels);
        Tensor bias = _projection.Bias.narrow(0, _qkChannels, ValueChannels);
        return _plan.MakeReader(new SeparableWeights(_query!.Forward(_queryNorm.Forward(x)), _keyNorm!, keys, values, bias, _heads));
    }

    /// <summary>Makes the same cross-attention for queries that are tokens in parts.</summary>
    public SeparableQueries SeparateQueries() => _plan.MakeQueries(_queryNorm, _query!, _output, _heads);

    /// <summary>Applies the output layer to weighted sums of values (B, Nq, v): (B, Nq, Dq).</summary>
    public Tensor Output(Tensor gathered) => _output.Forward(gathered);

    private KeyValues Split(Tensor projected, long first) => new(new(projected, first, _qkChannels), new(projected, first + _qkChannels, ValueChannels));

    private Tensor Gather(Columns q, KeyValues keys, Tensor? ignored, Tensor? plus = null) =>
        _output.Forward(_plan.Attend(q, keys.Keys, keys.Values, _heads, ignored), plus); // (B, Nq, Dq)
}
