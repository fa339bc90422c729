using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Where an output's queries come from. They are made row range by row range, so that a large output never has them all in memory.</summary>
internal abstract class QuerySource
{
    /// <summary>Number of queries of a call.</summary>
    public abstract long Count(EncodedInputs encoded, IReadOnlyList<int> points);

    /// <summary>Queries start to start + count, (B, count, E), or (1, count, E) where they are the same for all.</summary>
    public abstract Tensor Rows(EncodedInputs encoded, IReadOnlyList<int> points, int start, int count);

    /// <summary>Whether a call's queries follow from the points asked for alone.</summary>
    public virtual bool IsConstant => true;

    /// <summary>A trained table, (O, E).</summary>
    public sealed class Trained(Tensor table) : QuerySource
    {
        public override long Count(EncodedInputs encoded, IReadOnlyList<int> points) => table.size(0);

        public override Tensor Rows(EncodedInputs encoded, IReadOnlyList<int> points, int start, int count) =>
            table.narrow(0, start, count).unsqueeze(0);                     // (1, n, E)
    }

    /// <summary>Fourier positions of the points asked for.</summary>
    public sealed class Points(FourierGrid positions, Device device) : QuerySource
    {
        public override long Count(EncodedInputs encoded, IReadOnlyList<int> points) => points.Count;

        public override Tensor Rows(EncodedInputs encoded, IReadOnlyList<int> points, int start, int count)
        {
            int[] flat = [.. points.Skip(start).Take(count)];
            return Arrays.ToTensor(positions.At(flat), device, 1, count, positions.Channels); // (1, n, E)
        }
    }

    /// <summary>The tokens of an input.</summary>
    public sealed class Tokens(string input) : QuerySource
    {
        /// <summary>The input.</summary>
        public string Input => input;

        public override bool IsConstant => false;

        public override long Count(EncodedInputs encoded, IReadOnlyList<int> points) => encoded.Asking[input].Count;

        public override Tensor Rows(EncodedInputs encoded, IReadOnlyList<int> points, int start, int count) =>
            encoded.Tokens(input).narrow(1, start, count);                  // (B, n, E)
    }
}
