using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// A decoder's cross-attention whose queries are the tokens of an input (arXiv:2107.14795, section 4.2), rewritten as
/// <see cref="SeparableCrossAttention"/> is, with tokens and latents exchanged. Values come through the output layer before they are summed up.
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
    /// <param name="plan">How products run.</param>
    private protected SeparableQueries(LayerNorm norm, Linear query, Linear output, int heads, ExecutionPlan plan)
    {
        using IDisposable scope = NewDisposeScope();
        (_heads, Plan, _scale) = (heads, plan, norm.Weight);
        _query = query.Weight.to(ScalarType.Float32).DetachFromDisposeScope(); // (qk, C)
        _shift = _query.mm(norm.Bias.unsqueeze(1)).add(query.Bias.to(ScalarType.Float32).unsqueeze(1), Scalars.One).DetachFromDisposeScope(); // (qk, 1)
        _output = output.Weight.to(ScalarType.Float32).t().contiguous().DetachFromDisposeScope(); // (v, C)
        _bias = output.Bias.to(ScalarType.Float32).DetachFromDisposeScope(); // (C)
    }

    /// <summary>How products run.</summary>
    protected ExecutionPlan Plan { get; }

    /// <summary>Whether tokens ask in parts: those with positions that separate.</summary>
    public static bool Fits(TokenParts parts) => parts.Places is { Fourier: not null };

    /// <summary>Makes what tokens attend to, of all of them; asked for line by line.</summary>
    /// <param name="parts">The tokens.</param>
    /// <param name="latents">Keys and values of the latents.</param>
    /// <returns>For whole lines of the last axis, first and count: (B, tokens of the lines, C).</returns>
    public Func<int, int, Tensor> Ask(TokenParts parts, KeyValues latents)
    {
        if (_layout?.Grid.SequenceEqual(parts.Grid) != true)
        {
            _layout?.Dispose();
            _layout = new TokenLayout(_query.size(1), parts, Plan);
        }

        Tensor? dense = parts.Dense()?.contiguous();                        // (B, M, K)
        (Tensor deviations, _) = _layout.Measure(parts);                    // (B, M)
        AskedHead[] asked = [.. from b in Enumerable.Range(0, (int)parts.Batch) from head in Enumerable.Range(0, _heads) select Prepare(b, head)];
        return (first, lines) =>
        {
            Tensor answers = zeros([parts.Batch, (long)lines * parts.Grid[^1], _bias.size(0)], device: Plan.Device);
            for (int i = 0; i < asked.Length; i++) Add(asked[i], answers, i / _heads, first, lines);
            return answers.add_(_bias, Scalars.One);
        };

        AskedHead Prepare(int b, int head)
        {
            using IDisposable scope = NewDisposeScope();
            long depth = latents.Keys.Count / _heads, width = latents.Values.Count / _heads;
            Tensor keys = Part(latents.Keys, b, head * depth, depth), values = Part(latents.Values, b, head * width, width); // (N, d), (N, v/H)
            using Scalar scale = Scalars.Create(Math.Log2(Math.E) / Math.Sqrt(depth));
            Tensor counts = keys.mm(_query.narrow(0, head * depth, depth)).mul(_scale).mul(scale); // (N, C): what a channel of a normalised token counts to a latent
            counts = counts.sub(counts.mean([1], keepdim: true));           // the norm takes the token's mean away
            Tensor places = _layout.OfPlaces(counts);                       // (N, places)
            long length = parts.Grid[^1];
            return new AskedHead(
                _layout.OfDense(counts).contiguous().MoveToOuterDisposeScope(),
                values.mm(_output.narrow(0, head * width, width)).MoveToOuterDisposeScope(),
                _layout.OfLines(places).t().contiguous().MoveToOuterDisposeScope(),
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

    /// <summary>Puts what the last axis counts, (N, length), in the order in which <see cref="Add"/> reads it.</summary>
    protected abstract Tensor ArrangeAlong(Tensor along);

    /// <summary>Adds what the tokens of whole lines gather from one head to their answers.</summary>
    /// <param name="asked">The head.</param>
    /// <param name="answers">(B, tokens of the lines, C).</param>
    /// <param name="batch">The window.</param>
    /// <param name="line">The first line.</param>
    /// <param name="lines">Number of lines.</param>
    protected abstract void Add(AskedHead asked, Tensor answers, int batch, int line, int lines);

    private static Tensor Part(Columns columns, int batch, long first, long count) =>
        columns.Whole.select(0, batch).narrow(1, columns.First + first, count).to(ScalarType.Float32);
}

/// <summary>What one head of one window is asked by all tokens. Scores are powers of two.</summary>
/// <param name="Keys">What dense channels count to each latent, (N, K).</param>
/// <param name="Values">The values behind the output layer, (N, C).</param>
/// <param name="Lines">What the axes before the last one count, (lines, N).</param>
/// <param name="Along">What the last axis counts, as the plan reads it.</param>
/// <param name="Constants">What a latent counts whatever the token, (N, 1).</param>
/// <param name="Deviations">Inverse deviations of the tokens, (B, M).</param>
/// <param name="Dense">Dense channels of the tokens, (B, M, K); null for none.</param>
internal sealed record AskedHead(Tensor Keys, Tensor Values, Tensor Lines, Tensor Along, Tensor Constants, Tensor Deviations, Tensor? Dense);
