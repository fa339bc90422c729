using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>One output of a model.</summary>
internal abstract class OutputAdapter(string name, OutputConfig config)
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
}

/// <summary>The mean over the latents, and a linear layer (arXiv:2103.03206, section 3.1).</summary>
internal sealed class MeanAdapter(string name, OutputConfig config, Linear classifier) : OutputAdapter(name, config)
{
    public override void Decode(
        EncodedInputs encoded, Func<Decoder, KeyValues> keysOf, IReadOnlyList<int> points, Dictionary<string, Tensor> outputs) =>
        outputs[Name] = classifier.Forward(encoded.Latents.mean([1]));      // (B, labels)
}

/// <summary>An output that queries ask for (arXiv:2107.14795, section 3.2).</summary>
internal sealed class QueriedAdapter(string name, OutputConfig config, QuerySource source, Tensor? padding, Decoder decoder, OutputHead head)
    : OutputAdapter(name, config)
{
    // Rows are independent of each other: so many at a time bound the memory of an output of any size.
    internal const int MostRows = 1 << 14;

    public Decoder Decoder => decoder;

    public override void Decode(
        EncodedInputs encoded, Func<Decoder, KeyValues> keysOf, IReadOnlyList<int> points, Dictionary<string, Tensor> outputs)
    {
        KeyValues latents = keysOf(decoder);
        int total = (int)source.Count(encoded, points);
        List<Tensor> rows = [];
        for (int start = 0; start < total || start == 0; start += MostRows) // no points asked for give an empty output
        {
            using IDisposable scope = NewDisposeScope();
            Tensor queries = Queries(encoded, points, start, Math.Min(MostRows, total - start)); // (B, n, E)
            rows.Add(head.Read(decoder.Forward(queries, latents)).MoveToOuterDisposeScope()); // (B, n, values)
        }

        head.Finish(Name, rows.Count == 1 ? rows[0] : cat(rows, 1), encoded, outputs);
    }

    /// <summary>All queries at once, (B, O, E).</summary>
    public Tensor Queries(EncodedInputs encoded, IReadOnlyList<int> points) => Queries(encoded, points, 0, (int)source.Count(encoded, points));

    private Tensor Queries(EncodedInputs encoded, IReadOnlyList<int> points, int start, int count)
    {
        Tensor own = source.Rows(encoded, points, start, count);            // (1 or B, n, E_m)
        Tensor query = padding is null ? own : cat([own, padding.unsqueeze(0).expand(own.shape[0], count, -1)], -1); // (1 or B, n, E)
        return query.expand(encoded.Batch, -1, -1);                         // (B, n, E)
    }
}
