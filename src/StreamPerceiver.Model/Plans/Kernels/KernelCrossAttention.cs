using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary><see cref="SeparableCrossAttention"/> by panels and tiles: the scores of one tile at a time are in memory.</summary>
internal sealed class KernelCrossAttention(SeparableWeights weights, ExecutionPlan plan) : SeparableCrossAttention(weights, plan)
{
    private readonly Dictionary<int, SeparableInput> _inputs = [];

    public override void Dispose()
    {
        foreach (SeparableInput input in _inputs.Values) input.Dispose();
        base.Dispose();
    }

    protected override (Tensor Tokens, Tensor Blind) Gather(IReadOnlyList<TokenParts> inputs)
    {
        GatheredTokens[] gathered = [.. inputs.Select((parts, i) => InputAt(i).Gather(parts))];
        Tensor maximum = gathered[0].Maximum;                               // (B, H N)
        foreach (GatheredTokens other in gathered.Skip(1)) maximum = maximum.maximum(other.Maximum);
        Tensor sum = zeros_like(maximum);
        Tensor? tokens = null;                                              // (B, H N, C)
        foreach (GatheredTokens part in gathered)
        {
            Tensor share = part.Maximum.sub(maximum).mul(Scalars.LogOfTwo).exp(); // (B, H N)
            sum.add_(part.Sum.mul(share), Scalars.One);
            Tensor own = part.Tokens.mul(share.unsqueeze(-1));
            tokens = tokens is null ? own : tokens.add_(own, Scalars.One);
        }

        return (tokens!.div(sum.unsqueeze(-1)), sum.eq(Scalars.Zero).unsqueeze(-1));
    }

    private SeparableInput InputAt(int input) =>
        _inputs.TryGetValue(input, out SeparableInput? known) ? known : _inputs[input] = new SeparableInput(Scores, Plan);
}

/// <summary>The latents' weighted sums of one input's tokens, for a softmax over all inputs.</summary>
/// <param name="Maximum">(B, H N) greatest scores, or numbers near them; exponents of two.</param>
/// <param name="Sum">(B, H N) sums of 2^(score - maximum).</param>
/// <param name="Tokens">(B, H N, C) sums of normalised tokens without scale and shift, with the same weights.</param>
internal sealed record GatheredTokens(Tensor Maximum, Tensor Sum, Tensor Tokens);
