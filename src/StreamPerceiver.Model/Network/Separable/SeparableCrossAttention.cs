using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// The encoder's first cross-attention to tokens in parts. The queries are constants, so each latent has a score vector. A token's score is the
/// dot product of the score vector and the content, plus one term for each axis. The sum is divided by the token's deviation.
/// The latents' weighted sums are computed part by part too. Keys and values of the tokens are never made. The result differs only by rounding.
/// </summary>
internal abstract class SeparableCrossAttention : IDisposable
{
    private readonly Linear[] _values; // one for each head

    private protected SeparableCrossAttention(SeparableWeights weights, ExecutionPlan plan)
    {
        Plan = plan;
        using IDisposable scope = NewDisposeScope();
        int heads = weights.Heads;
        long latents = weights.Queries.size(0), channels = weights.Key.size(1), depth = weights.Key.size(0) / heads;
        Tensor q = weights.Queries.reshape(latents, heads, depth).transpose(0, 1); // (H, N, d)
        using Scalar scale = Scalars.Create(Math.Log2(Math.E) / Math.Sqrt(depth)); // scores become powers of two
        Tensor scores = q.bmm(weights.Key.reshape(heads, depth, channels)).reshape(heads * latents, channels) // (H N, C)
            .mul(weights.Norm.Weight).mul(scale);
        Scores = scores.sub(scores.mean([1], keepdim: true)).DetachFromDisposeScope(); // the layer norm subtracts the token's mean
        Tensor scaled = weights.Value.mul(weights.Norm.Weight);             // (v, C)
        Tensor shift = weights.Value.mm(weights.Norm.Bias.unsqueeze(1)).squeeze(1).add(weights.ValueBias, Scalars.One); // (v)
        _values = [.. scaled.chunk(heads, 0).Zip(shift.chunk(heads, 0), plan.In(Precision.Float32).MakeLinear)];
    }

    /// <summary>The model's plan.</summary>
    protected ExecutionPlan Plan { get; }

    /// <summary>Score vectors: coefficients of a normalised token's channels in a latent's score, (H N, C). Scores are exponents of two.</summary>
    protected Tensor Scores { get; }

    /// <summary>Computes the latents' weighted sums of the tokens' values, (B, N, v).</summary>
    public Tensor Forward(IReadOnlyList<TokenParts> inputs)
    {
        using IDisposable scope = NewDisposeScope();
        (Tensor tokens, Tensor blind) = Gather(inputs);                     // (B, H N, C), (B, H N, 1)
        long batch = tokens.size(0);
        Tensor mean = tokens.masked_fill(blind, Scalars.Zero).reshape(batch, _values.Length, -1, tokens.size(2)); // (B, H, N, C)
        Tensor[] heads = [.. _values.Select((value, h) => value.Forward(mean.select(1, h)))]; // (B, N, v/H) each
        Tensor values = cat(heads, -1);                                     // (B, N, v)
        Tensor alive = blind.logical_not().reshape(batch, _values.Length, -1).transpose(1, 2); // (B, N, H)
        return values.reshape(batch, values.size(1), _values.Length, -1).mul(alive.unsqueeze(-1)).reshape(values.shape).MoveToOuterDisposeScope();
    }

    public virtual void Dispose()
    {
        Scores.Dispose();
        foreach (Linear value in _values) value.Dispose();
    }

    /// <summary>
    /// Computes weighted sums of normalised tokens without scale and shift, (B, H N, C). A second result marks the rows with all tokens hidden,
    /// (B, H N, 1). The caller does not read those rows.
    /// </summary>
    protected abstract (Tensor Tokens, Tensor Blind) Gather(IReadOnlyList<TokenParts> inputs);
}
