using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>One output of a model.</summary>
internal abstract class OutputAdapter(string name, OutputConfig config) : IDisposable
{
    public string Name { get; } = name;

    public OutputConfig Config { get; } = config;

    /// <summary>Computes the output for encoded inputs.</summary>
    /// <param name="encoded">Latents, and tokens that ask.</param>
    /// <param name="keysOf">Keys and values of a decoder for these latents, made once a call.</param>
    /// <param name="points">Flat indices of a dense output; empty for the other kinds.</param>
    /// <param name="outputs">Where the result goes.</param>
    public abstract void Decode(
        EncodedInputs encoded, Func<Decoder, KeyValues> keysOf, IReadOnlyList<int> points, Dictionary<string, Tensor> outputs);

    /// <summary>Frees what is kept between calls.</summary>
    public virtual void Dispose()
    {
    }
}

/// <summary>The mean over the latents, and a linear layer (arXiv:2103.03206, section 3.1).</summary>
internal sealed class MeanAdapter(string name, OutputConfig config, Linear classifier) : OutputAdapter(name, config)
{
    public override void Decode(
        EncodedInputs encoded, Func<Decoder, KeyValues> keysOf, IReadOnlyList<int> points, Dictionary<string, Tensor> outputs) =>
        outputs[Name] = classifier.Forward(encoded.Latents.mean([1]));      // (B, labels)
}

/// <summary>An output that queries ask for (arXiv:2107.14795, section 3.2).</summary>
internal sealed class QueriedAdapter(string name, OutputConfig config, QuerySource source, Tensor? padding, Decoder decoder, OutputHead head, AnswerReader reader)
    : OutputAdapter(name, config)
{
    // Rows are independent of each other: so many at a time bound the memory of an output of any size.
    internal const int MostRows = 1 << 14;

    private readonly SeparableQueries? _separable = source is QuerySource.Tokens ? decoder.Cross.Attention.SeparateQueries() : null;
    private IReadOnlyList<int> _keptPoints = [];
    private (Tensor Rows, Tensor Projected)? _kept;

    /// <summary>What is asked.</summary>
    public Decoder Decoder => decoder;

    /// <summary>What reads the answers.</summary>
    public OutputHead Head => head;

    public override void Decode(
        EncodedInputs encoded, Func<Decoder, KeyValues> keysOf, IReadOnlyList<int> points, Dictionary<string, Tensor> outputs)
    {
        KeyValues latents = keysOf(decoder);
        int total = (int)source.Count(encoded, points), step = MostRows;
        Func<int, int, Tensor> attend = AttendWhole;
        if (_separable is not null && source is QuerySource.Tokens tokens && encoded.Asking[tokens.Input] is { } parts
            && SeparableQueries.Fits(parts) && !decoder.Cross.AddsQueries)
        {
            int line = parts.Grid[^1];
            step = Math.Max(1, MostRows / line) * line;
            Func<int, int, Tensor> ask = _separable.Ask(parts, latents);
            attend = (start, count) => ask(start / line, count / line);
        }

        List<Tensor> rows = [];
        for (int start = 0; start < total || start == 0; start += step) // no points asked for give an empty output
        {
            using IDisposable scope = NewDisposeScope();
            rows.Add(reader.Read(attend(start, Math.Min(step, total - start))).MoveToOuterDisposeScope()); // (B, n, values)
        }

        head.Finish(Name, rows.Count == 1 ? rows[0] : cat(rows, 1), encoded, outputs);

        // What queries attend to, with the queries where they are added, (B, n, E).
        Tensor AttendWhole(int start, int count)
        {
            (Tensor own, Tensor projected) = Projected(encoded, points, start, count);
            return decoder.Cross.Residual(own, decoder.Cross.Attention.Forward(projected, latents));
        }
    }

    /// <summary>All queries at once, (B, O, E).</summary>
    public Tensor Queries(EncodedInputs encoded, IReadOnlyList<int> points) => Queries(encoded, points, 0, (int)source.Count(encoded, points)).expand(encoded.Batch, -1, -1);

    public override void Dispose()
    {
        base.Dispose();
        _separable?.Dispose();
        _kept?.Rows.Dispose();
        _kept?.Projected.Dispose();
    }

    // Queries (1 or B, n, E) and their projections (1 or B, n, qk). Those that follow from the points alone are kept: a stream asks the same each time.
    private (Tensor Rows, Tensor Projected) Projected(EncodedInputs encoded, IReadOnlyList<int> points, int start, int count)
    {
        bool constant = source.IsConstant && count <= MostRows && start == 0;
        if (constant && _kept is { } kept && kept.Rows.size(1) == count && _keptPoints.SequenceEqual(points)) return kept;
        Tensor own = Queries(encoded, points, start, count);                // (1 or B, n, E)
        Tensor projected = decoder.Cross.Attention.QueriesOf(own);          // (1 or B, n, qk)
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
