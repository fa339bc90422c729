using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Computes one output of a model.</summary>
internal abstract class OutputAdapter(string name, OutputConfig config) : IDisposable
{
    public string Name { get; } = name;

    public OutputConfig Config { get; } = config;

    /// <summary>Computes the output for encoded inputs.</summary>
    /// <param name="encoded">The latents, and the tokens of inputs that outputs take as queries.</param>
    /// <param name="keysOf">Returns a decoder's keys and values of these latents; a call computes them once.</param>
    /// <param name="points">Flat indices of a dense output; empty for the other kinds, and for all tokens of an input.</param>
    /// <param name="outputs">The dictionary to which the result is added.</param>
    public abstract void Decode(
        EncodedInputs encoded, Func<Decoder, KeyValues> keysOf, IReadOnlyList<int> points, Dictionary<string, Tensor> outputs);

    /// <summary>Frees tensors that are kept between calls.</summary>
    public virtual void Dispose()
    {
    }
}

/// <summary>Computes an output without a decoder: a linear layer on the mean of the latents (arXiv:2103.03206, section 3.1).</summary>
internal sealed class MeanAdapter(string name, OutputConfig config, Linear classifier) : OutputAdapter(name, config)
{
    public override void Decode(
        EncodedInputs encoded, Func<Decoder, KeyValues> keysOf, IReadOnlyList<int> points, Dictionary<string, Tensor> outputs) =>
        outputs[Name] = classifier.Forward(encoded.Latents.mean([1]));      // (B, labels)
}

/// <summary>Computes an output with queries and a decoder (arXiv:2107.14795, section 3.2).</summary>
internal sealed class QueriedAdapter(
    string name, OutputConfig config, QuerySource source, Tensor? padding, Decoder decoder, OutputHead head, AnswerReader reader, ExecutionPlan plan)
    : OutputAdapter(name, config)
{
    // Rows are independent, so a large output is computed in pieces of so many rows. This limits the memory.
    internal const int MostRows = 1 << 14;

    // A query in parts costs about a tenth of a whole one, so lines are taken for every eighth of their points or more.
    private const int MostOfLine = 8;

    private readonly SeparableQueries? _separable = source is QuerySource.Tokens && plan.AsksInParts ? decoder.Cross.Attention.SeparateQueries() : null;
    private IReadOnlyList<int> _keptPoints = [];
    private (Tensor Rows, Tensor Projected)? _kept;

    /// <summary>The decoder that answers the queries.</summary>
    public Decoder Decoder => decoder;

    /// <summary>The head that reads the answers.</summary>
    public OutputHead Head => head;

    public override void Decode(
        EncodedInputs encoded, Func<Decoder, KeyValues> keysOf, IReadOnlyList<int> points, Dictionary<string, Tensor> outputs)
    {
        KeyValues latents = keysOf(decoder);
        int total = (int)source.Count(encoded, points), step = MostRows;
        Func<int, int, Tensor> attend = AttendWhole;
        if (_separable is not null && source is QuerySource.Tokens tokens && encoded.QueryInputs[tokens.Input] is { } parts
            && PaysInLines(parts, points) && SeparableQueries.Fits(parts) && !decoder.Cross.AddsQueries)
        {
            int line = parts.Grid[^1];
            Func<int, int, Tensor> attendLines = _separable.Prepare(parts, latents);
            step = points.Count == 0 ? Math.Max(1, MostRows / line) * line : MostRows / MostOfLine;
            attend = (start, count) => points.Count == 0
                ? attendLines(start / line, count / line)
                : AttendPoints(attendLines, line, [.. points.Skip(start).Take(count)]);
        }

        List<Tensor> rows = [];
        for (int start = 0; start < total || start == 0; start += step) // an output of no points is empty
        {
            using IDisposable scope = NewDisposeScope();
            rows.Add(reader.ReadAnswers(attend(start, Math.Min(step, total - start))).MoveToOuterDisposeScope()); // (B, n, values)
        }

        head.Finish(Name, rows.Count == 1 ? rows[0] : cat(rows, 1), points.Count == 0, encoded, outputs);

        // Computes the attention's result with its residual, (B, n, E).
        Tensor AttendWhole(int start, int count)
        {
            (Tensor own, Tensor projected) = ProjectQueries(encoded, points, start, count);
            return decoder.Cross.AddResidual(own, decoder.Cross.Attention.Forward(projected, latents));
        }
    }

    // Tokens in parts are computed by lines. Whole lines for a few of their points cost more than those points alone.
    private static bool PaysInLines(TokenParts parts, IReadOnlyList<int> points)
        => points.Count == 0 || (long)points.Select(p => p / parts.Grid[^1]).Distinct().Count() * parts.Grid[^1] <= (long)MostOfLine * points.Count;

    // Attends the lines that have points, and takes the points out of them: (B, points, C).
    private static Tensor AttendPoints(Func<int, int, Tensor> attendLines, int line, int[] points)
    {
        int[] lines = [.. points.Select(p => p / line).Distinct()];
        Dictionary<int, int> rowOf = lines.Index().ToDictionary(l => l.Item, l => l.Index * line);
        Tensor whole = cat([.. lines.Select(l => attendLines(l, 1))], 1);   // (B, tokens of the lines, C)
        return whole.index_select(1, Arrays.ToIndices([.. points.Select(p => rowOf[p / line] + (p % line))], whole.device));
    }

    /// <summary>Makes all queries at once, (B, O, E).</summary>
    public Tensor Queries(EncodedInputs encoded, IReadOnlyList<int> points) =>
        Queries(encoded, points, 0, (int)source.Count(encoded, points)).expand(encoded.Batch, -1, -1);

    public override void Dispose()
    {
        base.Dispose();
        _separable?.Dispose();
        _kept?.Rows.Dispose();
        _kept?.Projected.Dispose();
    }

    // Makes queries (1 or B, n, E) and their projections (1 or B, n, qk). Queries that depend only on the points are kept: a stream repeats its points.
    private (Tensor Rows, Tensor Projected) ProjectQueries(EncodedInputs encoded, IReadOnlyList<int> points, int start, int count)
    {
        bool constant = source.IsConstant && count <= MostRows && start == 0 && !plan.IsTraining;
        if (constant && _kept is { } kept && kept.Rows.size(1) == count && _keptPoints.SequenceEqual(points)) return kept;
        Tensor own = Queries(encoded, points, start, count);                // (1 or B, n, E)
        Tensor projected = decoder.Cross.Attention.ProjectQueries(own);     // (1 or B, n, qk)
        if (!constant) return (own, projected);
        _kept?.Rows.Dispose();
        _kept?.Projected.Dispose();
        _keptPoints = [.. points];
        _kept = (own.clone().DetachFromDisposeScope(), projected.DetachFromDisposeScope());
        return _kept.Value;
    }

    private Tensor Queries(EncodedInputs encoded, IReadOnlyList<int> points, int start, int count)
    {
        Tensor own = source.Rows(encoded, points, start, count);            // (1 or B, n, E_m)
        return padding is null ? own : cat([own, padding.unsqueeze(0).expand(own.size(0), count, -1)], -1); // (1 or B, n, E)
    }
}
