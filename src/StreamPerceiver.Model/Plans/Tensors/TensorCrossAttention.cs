using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary><see cref="SeparableCrossAttention"/> by libtorch's operations. It computes the scores of some latents to all tokens at a time.</summary>
internal sealed class TensorCrossAttention(SeparableWeights weights, ExecutionPlan plan) : SeparableCrossAttention(weights, plan)
{
    // Scores of a window at a time: 64 MiB, enough to keep a GPU busy.
    internal const long ScoresAtOnce = 1 << 24;

    private readonly Dictionary<int, TensorInput> _inputs = [];

    public override void Dispose()
    {
        foreach (TensorInput input in _inputs.Values) input.Dispose();
        base.Dispose();
    }

    protected override (Tensor Tokens, Tensor Blind) Gather(IReadOnlyList<TokenParts> inputs)
    {
        long batch = inputs[0].Batch, latents = Scores.size(0);
        TensorTokens[] tokens = [.. inputs.Select((parts, i) => InputAt(i).Prepare(parts))];
        Tensor? hidden = Hidden(inputs);                                    // (B, M)
        long step = Math.Max(1, ScoresAtOnce / inputs.Sum(i => i.Count));
        List<Tensor> gathered = [];
        for (long first = 0; first < latents; first += step)
        {
            using IDisposable scope = NewDisposeScope();
            gathered.Add(Gather(tokens, hidden, first, Math.Min(step, latents - first)).MoveToOuterDisposeScope()); // (B, n, C)
        }

        Tensor blind = hidden?.all(1) ?? zeros([batch], ScalarType.Bool, Plan.Device); // (B)
        return (gathered.Count == 1 ? gathered[0] : cat(gathered, 1), blind.reshape(batch, 1, 1).expand(-1, latents, -1));
    }

    // Computes some latents' weighted sums of the tokens of all inputs, (B, n, C).
    private static Tensor Gather(TensorTokens[] tokens, Tensor? hidden, long first, long count)
    {
        Tensor[] own = [.. tokens.Select(t => t.Scores(first, count))];
        Tensor scores = own.Length == 1 ? own[0] : cat(own, 2);             // (B, n, M)
        if (hidden is not null) scores.masked_fill_(hidden.unsqueeze(1), Scalars.NegativeInfinity);
        Tensor shares = scores.softmax(2);                                  // (B, n, M)
        Tensor? whole = null;
        long start = 0;
        foreach (TensorTokens input in tokens)
        {
            Tensor part = input.Whole(shares.narrow(2, start, input.Count)); // (B, n, C)
            whole = whole is null ? part : whole.add_(part, Scalars.One);
            start += input.Count;
        }

        return whole!;
    }

    private Tensor? Hidden(IReadOnlyList<TokenParts> inputs)
    {
        if (inputs.All(i => i.Ignored is null)) return null;
        Tensor[] each = [.. inputs.Select(i => i.Ignored ?? zeros([i.Batch, i.Count], ScalarType.Bool, Plan.Device))];
        return each.Length == 1 ? each[0] : cat(each, 1);
    }

    private TensorInput InputAt(int input) => _inputs.TryGetValue(input, out TensorInput? known) ? known : _inputs[input] = new TensorInput(Scores, Plan);
}
