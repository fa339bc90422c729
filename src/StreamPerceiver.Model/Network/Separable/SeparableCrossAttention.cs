using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// The encoder's first cross-attention, rewritten: its queries are constants, so a token's score is a dot product of what was measured
/// with a constant vector, and numbers that depend on one axis of the token's place each, all divided by the token's deviation. What a latent
/// gathers is taken back through the same parts. Exact but for rounding; keys and values of the tokens never exist.
/// </summary>
internal abstract class SeparableCrossAttention : IDisposable
{
    private readonly Linear[] _values; // of each head

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
        Scores = scores.sub(scores.mean([1], keepdim: true)).DetachFromDisposeScope(); // the norm takes the token's mean away
        Tensor scaled = weights.Value.mul(weights.Norm.Weight);             // (v, C)
        Tensor shift = weights.Value.mm(weights.Norm.Bias.unsqueeze(1)).squeeze(1).add(weights.ValueBias, Scalars.One); // (v)
        _values = [.. scaled.chunk(heads, 0).Zip(shift.chunk(heads, 0), plan.In(Precision.Float32).MakeLinear)];
    }

    /// <summary>How products run.</summary>
    protected ExecutionPlan Plan { get; }

    /// <summary>What a channel of a normalised token counts in a latent's score, as a power of two: (H N, C).</summary>
    protected Tensor Scores { get; }

    /// <summary>What the latents gather of the tokens, (B, N, v).</summary>
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
    /// Gathers normalised tokens without scale and shift, (B, H N, C), and says which rows have every token hidden, (B, H N, 1): what they hold is not read.
    /// </summary>
    protected abstract (Tensor Tokens, Tensor Blind) Gather(IReadOnlyList<TokenParts> inputs);
}
