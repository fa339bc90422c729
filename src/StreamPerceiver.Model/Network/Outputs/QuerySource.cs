using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Makes the queries of an output. A large output makes some rows at a time, so that not all queries are in memory.</summary>
internal abstract class QuerySource
{
    /// <summary>Counts the queries of a call.</summary>
    public abstract long Count(EncodedInputs encoded, IReadOnlyList<int> points);

    /// <summary>Makes the queries start to start + count - 1: (B, count, E), or (1, count, E) where all windows have the same queries.</summary>
    public abstract Tensor Rows(EncodedInputs encoded, IReadOnlyList<int> points, int start, int count);

    /// <summary>Whether a call's queries depend only on the points (default: true).</summary>
    public virtual bool IsConstant => true;

    /// <summary>The rows of a trained table, (O, E).</summary>
    public sealed class Trained(Tensor table) : QuerySource
    {
        public override long Count(EncodedInputs encoded, IReadOnlyList<int> points) => table.size(0);

        public override Tensor Rows(EncodedInputs encoded, IReadOnlyList<int> points, int start, int count) =>
            table.narrow(0, start, count).unsqueeze(0);                     // (1, n, E)
    }

    /// <summary>Fourier positions of the call's points.</summary>
    public sealed class Points(FourierGrid positions, Device device) : QuerySource
    {
        public override long Count(EncodedInputs encoded, IReadOnlyList<int> points) => points.Count;

        public override Tensor Rows(EncodedInputs encoded, IReadOnlyList<int> points, int start, int count)
        {
            int[] flat = [.. points.Skip(start).Take(count)];
            return Arrays.ToTensor(positions.At(flat), device, 1, count, positions.Channels); // (1, n, E)
        }
    }

    /// <summary>The tokens of an input: those at the call's points, or all of them where it has none.</summary>
    public sealed class Tokens(string input) : QuerySource
    {
        /// <summary>Name of the input.</summary>
        public string Input => input;

        public override bool IsConstant => false;

        public override long Count(EncodedInputs encoded, IReadOnlyList<int> points) => points.Count > 0 ? points.Count : encoded.QueryInputs[input].Count;

        public override Tensor Rows(EncodedInputs encoded, IReadOnlyList<int> points, int start, int count) => points.Count > 0
            ? encoded.QueryInputs[input].JoinAt([.. points.Skip(start).Take(count)]) // (B, n, E)
            : encoded.Tokens(input).narrow(1, start, count);                // (B, n, E)
    }
}
