using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// The encoder's first cross-attention on the CPU, rewritten: its queries are constants, so a token's score is a dot product of what was measured
/// with a constant vector, and numbers that depend on one axis of the token's place each, all divided by the token's deviation. What a latent
/// gathers is taken back through the same parts. Exact but for rounding; keys, values and scores of the tokens never exist.
/// </summary>
internal sealed class SeparableCrossAttention : IDisposable
{
    private readonly Precision _precision;
    private readonly Tensor _scores;
    private readonly PackedMatrix[] _values; // of each head
    private readonly Dictionary<int, SeparableInput> _inputs = [];

    /// <param name="queries">(N, qk).</param>
    /// <param name="norm">The tokens' layer norm.</param>
    /// <param name="key">Weight of the keys, (qk, C). Their bias adds the same to all of a latent's scores, which the softmax does not see.</param>
    /// <param name="value">Weight of the values, (v, C).</param>
    /// <param name="valueBias">(v).</param>
    /// <param name="heads">Heads H.</param>
    /// <param name="precision">What products with the tokens' content run in.</param>
    public SeparableCrossAttention(Tensor queries, LayerNorm norm, Tensor key, Tensor value, Tensor valueBias, int heads, Precision precision)
    {
        _precision = precision;
        using IDisposable scope = NewDisposeScope();
        long latents = queries.size(0), channels = key.size(1), depth = key.size(0) / heads;
        Tensor q = queries.reshape(latents, heads, depth).transpose(0, 1);  // (H, N, d)
        Tensor scores = q.bmm(key.reshape(heads, depth, channels)).reshape(heads * latents, channels) // (H N, C)
            .mul(norm.Weight).mul(Math.Log2(Math.E) / Math.Sqrt(depth));    // in powers of two
        _scores = scores.sub(scores.mean([1], keepdim: true)).DetachFromDisposeScope(); // the norm takes the token's mean away
        Tensor scaled = value.mul(norm.Weight), shift = value.mm(norm.Bias.unsqueeze(1)).squeeze(1).add(valueBias); // (v, C), (v)
        _values = [.. scaled.chunk(heads, 0).Zip(shift.chunk(heads, 0), (weight, bias) => PackedMatrix.Of(weight, bias))];
    }

    /// <summary>What the latents gather of the tokens, (B, N, v).</summary>
    public Tensor Forward(IReadOnlyList<TokenParts> inputs)
    {
        using IDisposable scope = NewDisposeScope();
        GatheredTokens[] gathered = [.. inputs.Select((parts, i) => Of(i).Gather(parts))];
        Tensor maximum = gathered[0].Maximum;                               // (B, H N)
        foreach (GatheredTokens other in gathered.Skip(1)) maximum = maximum.maximum(other.Maximum);
        Tensor sum = zeros_like(maximum);
        Tensor? tokens = null;                                              // (B, H N, C)
        foreach (GatheredTokens part in gathered)
        {
            Tensor share = part.Maximum.sub(maximum).mul(Math.Log(2)).exp(); // (B, H N)
            sum.add_(part.Sum.mul(share));
            Tensor own = part.Tokens.mul(share.unsqueeze(-1));
            tokens = tokens is null ? own : tokens.add_(own);
        }

        Tensor blind = sum.eq(0).unsqueeze(-1);                             // (B, H N, 1): every token is hidden
        Tensor mean = tokens!.div(sum.unsqueeze(-1)).masked_fill(blind, 0f).reshape(sum.size(0), _values.Length, -1, tokens.size(2)); // (B, H, N, C)
        Tensor[] heads = [.. _values.Select((value, h) => value.Product(mean.select(1, h)))]; // (B, N, v/H) each
        Tensor values = cat(heads, -1);                                     // (B, N, v)
        Tensor alive = blind.logical_not().reshape(sum.size(0), _values.Length, -1).transpose(1, 2); // (B, N, H)
        return values.reshape(values.size(0), values.size(1), _values.Length, -1).mul(alive.unsqueeze(-1)).reshape(values.shape).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (SeparableInput input in _inputs.Values) input.Dispose();
        _scores.Dispose();
        foreach (PackedMatrix value in _values) value.Dispose();
    }

    private SeparableInput Of(int input) => _inputs.TryGetValue(input, out SeparableInput? known) ? known : _inputs[input] = new SeparableInput(_scores, _precision);
}

/// <summary>What the latents gather of one input's tokens, as a softmax over all inputs needs it.</summary>
/// <param name="Maximum">(B, H N) greatest scores, in powers of two, or near them.</param>
/// <param name="Sum">(B, H N) sums of the softmax's numerators against those.</param>
/// <param name="Tokens">(B, H N, C) sums of the normalised tokens without scale and shift, so weighted.</param>
internal sealed record GatheredTokens(Tensor Maximum, Tensor Sum, Tensor Tokens);
