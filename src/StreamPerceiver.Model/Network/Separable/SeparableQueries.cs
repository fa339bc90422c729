using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// A decoder's cross-attention whose queries are the tokens of an input (arXiv:2107.14795, section 4.2). It takes the tokens in parts, like
/// <see cref="SeparableCrossAttention"/>. The output layer is applied to the values before they are summed up.
/// </summary>
internal abstract class SeparableQueries : IDisposable
{
    private readonly int _heads;
    private readonly Tensor _scale;
    private readonly Tensor _query;
    private readonly Tensor _shift;
    private readonly Tensor _output;
    private readonly Tensor _bias;
    private TokenLayout? _layout;

    /// <param name="norm">The tokens' layer norm.</param>
    /// <param name="query">Projection of the queries, (qk, C) and (qk).</param>
    /// <param name="output">The output layer, (C, v) and (C).</param>
    /// <param name="heads">Heads H.</param>
    /// <param name="plan">The model's plan.</param>
    private protected SeparableQueries(LayerNorm norm, Linear query, Linear output, int heads, ExecutionPlan plan)
    {
        using IDisposable scope = NewDisposeScope();
        (_heads, Plan, _scale) = (heads, plan, norm.Weight);
        _query = query.Weight.to(ScalarType.Float32).DetachFromDisposeScope(); // (qk, C)
        _shift = _query.mm(norm.Bias.unsqueeze(1)).add(query.Bias.to(ScalarType.Float32).unsqueeze(1), Scalars.One).DetachFromDisposeScope(); // (qk, 1)
        _output = output.Weight.to(ScalarType.Float32).t().contiguous().DetachFromDisposeScope(); // (v, C)
        _bias = output.Bias.to(ScalarType.Float32).DetachFromDisposeScope(); // (C)
    }

    /// <summary>The model's plan.</summary>
    protected ExecutionPlan Plan { get; }

    /// <summary>Tells whether the tokens can be taken in parts: they need Fourier positions.</summary>
    public static bool Fits(TokenParts parts) => parts.Places is { Fourier: not null };

    /// <summary>Prepares the attention of all tokens to the latents. The result is computed line by line.</summary>
    /// <param name="parts">The tokens.</param>
    /// <param name="latents">Keys and values of the latents.</param>
    /// <returns>A function of the first line and the number of lines of the last axis: (B, tokens of the lines, C).</returns>
    public Func<int, int, Tensor> Prepare(TokenParts parts, KeyValues latents)
    {
        if (_layout?.Grid.SequenceEqual(parts.Grid) != true)
        {
            _layout?.Dispose();
            _layout = new TokenLayout(_query.size(1), parts, Plan);
        }

        Tensor? dense = parts.Dense()?.contiguous();                        // (B, M, K)
        (Tensor deviations, _) = _layout.Measure(parts);                    // (B, M)
        AskedHead[] asked = [.. from b in Enumerable.Range(0, (int)parts.Batch) from head in Enumerable.Range(0, _heads) select PrepareHead(b, head)];
        return (first, lines) =>
        {
            Tensor answers = zeros([parts.Batch, (long)lines * parts.Grid[^1], _bias.size(0)], device: Plan.Device);
            for (int i = 0; i < asked.Length; i++) Add(asked[i], answers, i / _heads, first, lines);
            return answers.add_(_bias, Scalars.One);
        };

        AskedHead PrepareHead(int b, int head)
        {
            using IDisposable scope = NewDisposeScope();
            long depth = latents.Keys.Count / _heads, width = latents.Values.Count / _heads;
            Tensor keys = Part(latents.Keys, b, head * depth, depth), values = Part(latents.Values, b, head * width, width); // (N, d), (N, v/H)
            using Scalar scale = Scalars.Create(Math.Log2(Math.E) / Math.Sqrt(depth));
            Tensor scores = keys.mm(_query.narrow(0, head * depth, depth)).mul(_scale).mul(scale); // (N, C): each latent's score vector
            scores = scores.sub(scores.mean([1], keepdim: true));           // the layer norm subtracts the token's mean
            Tensor places = _layout.ScoresOfPlaces(scores);                 // (N, places)
            long length = parts.Grid[^1];
            return new AskedHead(
                _layout.ScoresOfDense(scores).contiguous().MoveToOuterDisposeScope(),
                values.mm(_output.narrow(0, head * width, width)).MoveToOuterDisposeScope(),
                _layout.ScoresOfLines(places).t().contiguous().MoveToOuterDisposeScope(),
                ArrangeAlong(places.narrow(1, places.size(1) - length, length)).MoveToOuterDisposeScope(),
                keys.mm(_shift.narrow(0, head * depth, depth)).mul(scale).contiguous().MoveToOuterDisposeScope(),
                deviations,
                dense);
        }
    }

    public void Dispose()
    {
        foreach (Tensor made in new[] { _query, _shift, _output, _bias }) made.Dispose();
        _layout?.Dispose();
    }

    /// <summary>Arranges the score terms of the last axis, (N, length), in the order in which <see cref="Add"/> reads them.</summary>
    protected abstract Tensor ArrangeAlong(Tensor along);

    /// <summary>Adds the attention's result of one head to the answers of the tokens of whole lines.</summary>
    /// <param name="asked">The head.</param>
    /// <param name="answers">Answers, (B, tokens of the lines, C).</param>
    /// <param name="batch">Index of the window.</param>
    /// <param name="line">The first line.</param>
    /// <param name="lines">Number of lines.</param>
    protected abstract void Add(AskedHead asked, Tensor answers, int batch, int line, int lines);

    private static Tensor Part(Columns columns, int batch, long first, long count) =>
        columns.Whole.select(0, batch).narrow(1, columns.First + first, count).to(ScalarType.Float32);
}

/// <summary>One head of one window, prepared for the queries of all tokens. Scores are exponents of two.</summary>
/// <param name="Keys">Coefficients of the dense channels in the score of each latent, (N, K).</param>
/// <param name="Values">The values after the output layer, (N, C).</param>
/// <param name="Lines">Score terms of the axes before the last one, (lines, N).</param>
/// <param name="Along">Score terms of the last axis, in the plan's order.</param>
/// <param name="Constants">Bias of each latent, (N, 1).</param>
/// <param name="Deviations">Inverse deviations of the tokens, (B, M).</param>
/// <param name="Dense">Dense channels of the tokens, (B, M, K); null for none.</param>
internal sealed record AskedHead(Tensor Keys, Tensor Values, Tensor Lines, Tensor Along, Tensor Constants, Tensor Deviations, Tensor? Dense);
