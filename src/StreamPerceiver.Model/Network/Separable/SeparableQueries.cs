using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// A decoder's cross-attention on the CPU whose queries are the tokens of an input (arXiv:2107.14795, section 4.2), rewritten as
/// <see cref="SeparableCrossAttention"/> is, with tokens and latents exchanged. Values come through the output layer before they are summed up.
/// </summary>
internal sealed unsafe class SeparableQueries : IDisposable
{
    private const int Lanes = PanelProduct.Lanes;

    private readonly int _heads;
    private readonly Precision _precision;
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
    /// <param name="precision">What products with the tokens' content and with the values run in.</param>
    public SeparableQueries(LayerNorm norm, Linear query, Linear output, int heads, Precision precision)
    {
        _precision = precision;
        using IDisposable scope = NewDisposeScope();
        (_heads, _scale) = (heads, norm.Weight);
        _query = query.Weight.to(ScalarType.Float32).DetachFromDisposeScope(); // (qk, C)
        _shift = _query.mm(norm.Bias.unsqueeze(1)).add(query.Bias.to(ScalarType.Float32).unsqueeze(1)).DetachFromDisposeScope(); // (qk, 1)
        _output = output.Weight.to(ScalarType.Float32).t().contiguous().DetachFromDisposeScope(); // (v, C)
        _bias = output.Bias.to(ScalarType.Float32).DetachFromDisposeScope(); // (C)
    }

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
            _layout = new TokenLayout(_query.size(1), parts);
        }

        Tensor? dense = parts.Dense()?.contiguous();                        // (B, M, K)
        (Tensor deviations, _) = _layout.Measure(parts);
        Asked[] asked = [.. from b in Enumerable.Range(0, (int)parts.Batch) from head in Enumerable.Range(0, _heads) select Prepare(b, head)];
        return (first, lines) =>
        {
            Tensor answers = zeros([parts.Batch, (long)lines * parts.Grid[^1], _bias.size(0)]);
            for (int i = 0; i < asked.Length; i++) Run(asked[i], answers, i / _heads, first, lines);
            return answers.add_(_bias);
        };

        Asked Prepare(int b, int head)
        {
            using IDisposable scope = NewDisposeScope();
            long depth = latents.Keys.Count / _heads, width = latents.Values.Count / _heads;
            Tensor keys = Part(latents.Keys, b, head * depth, depth), values = Part(latents.Values, b, head * width, width); // (N, d), (N, v/H)
            double scale = Math.Log2(Math.E) / Math.Sqrt(depth);
            Tensor counts = keys.mm(_query.narrow(0, head * depth, depth)).mul(_scale).mul(scale); // (N, C): what a channel of a normalised token counts to a latent
            counts = counts.sub(counts.mean([1], keepdim: true));           // the norm takes the token's mean away
            Tensor places = _layout.OfPlaces(counts);                       // (N, places)
            return new Asked(
                _layout.OfDense(counts).contiguous().MoveToOuterDisposeScope(),
                values.mm(_output.narrow(0, head * width, width)).MoveToOuterDisposeScope(),
                Lines(places, parts.Grid).MoveToOuterDisposeScope(),
                Along(places, parts.Grid[^1]).MoveToOuterDisposeScope(),
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

    private static Tensor Part(Columns columns, int batch, long first, long count) => columns.Of.select(0, batch).narrow(1, columns.First + first, count);

    // What the axes before the last one count, (lines, N).
    private static Tensor Lines(Tensor places, IReadOnlyList<int> grid)
    {
        Tensor lines = zeros(places.size(0), 1);                           // (N, lines so far)
        long start = 0;
        foreach (int size in grid.SkipLast(1))
        {
            lines = lines.unsqueeze(2).add(places.narrow(1, start, size).unsqueeze(1)).flatten(1);
            start += size;
        }

        return lines.t().contiguous();
    }

    // What the last axis counts, (N, panels of a line, Lanes).
    private static Tensor Along(Tensor places, int length)
    {
        int padding = (Lanes - (length % Lanes)) % Lanes;
        return cat([places.narrow(1, places.size(1) - length, length), zeros(places.size(0), padding)], 1).reshape(places.size(0), -1, Lanes).contiguous();
    }

    private void Run(Asked asked, Tensor answers, int batch, int line, int lines)
    {
        int latents = (int)asked.Values.size(0), width = (int)asked.Values.size(1), depth = (int)asked.Keys.size(1);
        int tokens = (int)asked.Deviations.size(1), length = (int)(answers.size(1) / lines);
        nint deviations = Columns.Address(asked.Deviations) + (sizeof(float) * batch * tokens);
        var terms = new QueryTerms(length, deviations, Columns.Address(asked.Lines), Columns.Address(asked.Along), Columns.Address(asked.Constants), latents);
        var rows = new AttentionRows(latents, Columns.Address(asked.Keys), depth, depth, Columns.Address(asked.Values), width, width) { Terms = terms, IsRounded = PairProduct.Runs(_precision) };
        float* content = asked.Dense is null ? null : (float*)Columns.Address(asked.Dense) + ((long)batch * tokens * depth);
        float* to = (float*)Columns.Address(answers) + (batch * answers.size(1) * width);
        int from = line * terms.PanelsOfLine, panels = lines * terms.PanelsOfLine, group = PanelGroup.Size(rows, panels, 1);
        ParallelTasks.Each((panels + group - 1) / group, task =>
        {
            int first = task * group;
            PanelGroup.Run(rows, from + first, Math.Min(group, panels - first), (panel, queries) => Pack(terms, panel, content, depth, queries), (panel, gathered) =>
            {
                gathered.Normalise();
                float* answer = to + ((long)(terms.First(panel) - (line * length)) * width);
                for (int lane = 0; lane < terms.Count(panel); lane++, answer += width)
                    for (int c = 0; c < width; c++) answer[c] += gathered.Values[(c * Lanes) + lane];
            });
        });
    }

    // Tokens become columns, over their deviations.
    private static void Pack(QueryTerms terms, int panel, float* content, int depth, float* queries)
    {
        int first = terms.First(panel), count = terms.Count(panel);
        if (count < Lanes) new Span<float>(queries, depth * Lanes).Clear();
        Transposition.Run(content + ((long)first * depth), depth, count, depth, queries, Lanes);
        for (int k = 0; k < depth; k++, queries += Lanes)
            for (int lane = 0; lane < count; lane++) queries[lane] *= terms.Deviation(first + lane);
    }

    // Of one window and head: what dense channels (N, K), places and the latents themselves count, and the values behind the output layer (N, C).
    private sealed record Asked(Tensor Keys, Tensor Values, Tensor Lines, Tensor Along, Tensor Constants, Tensor Deviations, Tensor? Dense);
}
