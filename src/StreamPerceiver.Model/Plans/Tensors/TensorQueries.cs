using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary><see cref="SeparableQueries"/> by libtorch's operations. It computes the scores of some lines of tokens to all latents at a time.</summary>
internal sealed class TensorQueries(LayerNorm norm, Linear query, Linear output, int heads, ExecutionPlan plan)
    : SeparableQueries(norm, query, output, heads, plan)
{
    // Arranges terms (N, length) as (length, N).
    protected override Tensor ArrangeAlong(Tensor along) => along.t().contiguous();

    protected override void Add(AskedHead asked, Tensor answers, int batch, int line, int lines)
    {
        long length = answers.size(1) / lines, latents = asked.Values.size(0);
        long step = Math.Clamp(TensorCrossAttention.ScoresAtOnce / (length * latents), 1, lines);
        Tensor constants = asked.Constants.t().mul(Scalars.LogOfTwo);       // (1, N); libtorch's softmax takes exponents of e
        Tensor values = Plan.Precision == Precision.BFloat16 ? asked.Values.to(ScalarType.BFloat16) : asked.Values; // (N, C)
        for (long first = 0; first < lines; first += step)
        {
            using IDisposable scope = NewDisposeScope();
            long count = Math.Min(step, lines - first), start = (line + first) * length;
            Tensor factors = asked.Deviations.select(0, batch).narrow(0, start, count * length).unsqueeze(1).mul(Scalars.LogOfTwo); // (n, 1)
            Tensor scores = asked.Dense is { } dense
                ? dense.select(0, batch).narrow(0, start, count * length).mm(asked.Keys.t()) // (n, N)
                : zeros([count * length, latents], device: answers.device);
            Tensor lineTerms = asked.Lines.narrow(0, line + first, count).unsqueeze(1); // (lines, 1, N)
            scores.view(count, length, latents).add_(lineTerms, Scalars.One).add_(asked.Along, Scalars.One);
            Tensor shares = scores.mul_(factors).add_(constants, Scalars.One).softmax(1); // (n, N)
            answers.select(0, batch).narrow(0, first * length, count * length).add_(shares.to(values.dtype).mm(values), Scalars.One); // (n, C)
        }
    }
}
