using StreamPerceiver.Model;
using static TorchSharp.torch;

namespace StreamPerceiver.Training;

/// <summary>
/// What an output should give for a batch. An output of B windows with Q queries of K numbers has rows (B Q, K), or (B, Q K) for labels. A loss
/// is taken at those that have a target.
/// </summary>
internal sealed class TargetRows
{
    private readonly List<int> _rows = [];
    private readonly List<float> _numbers = [];

    /// <summary>Rows with a target.</summary>
    public int Count => _rows.Count;

    /// <summary>Adds the target of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="numbers">(K): shares of labels, or values.</param>
    public void Add(int row, ReadOnlySpan<float> numbers)
    {
        _rows.Add(row);
        _numbers.AddRange(numbers);
    }

    /// <summary>Selects the rows of an output that have a target.</summary>
    /// <param name="output">What the model gives, (B, K) or (B, Q, K).</param>
    /// <returns>Rows and targets, each (n, K); the rows with their graph for gradients.</returns>
    public (Tensor Rows, Tensor Targets) Select(Tensor output)
    {
        int channels = _numbers.Count / Count;
        Tensor rows = output.reshape(-1, channels);                         // (B Q, K)
        if (Count < rows.size(0)) rows = rows.index_select(0, Arrays.ToIndices([.. _rows], rows.device)); // (n, K)
        return (rows, Arrays.ToTensor([.. _numbers], rows.device, Count, channels));
    }
}
