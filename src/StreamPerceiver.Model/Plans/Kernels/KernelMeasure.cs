using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Computes the layer norm's statistics piece by piece, so that the features of only one piece are in memory.</summary>
/// <param name="channels">Channels C of a whole token.</param>
/// <param name="sums">(M) sums of the channels that are not features.</param>
/// <param name="squares">(M) sums of the squares of these channels.</param>
internal sealed unsafe class KernelMeasure(int channels, float[] sums, float[] squares) : ITokenMeasure
{
    private const int StatisticsRows = 4096;
    private const int Pieces = 16;

    private readonly TokenStatistics _statistics = new(channels, sums, squares);

    /// <inheritdoc/>
    public (Tensor Deviations, Tensor Means) Measure(TokenParts parts)
    {
        int batch = (int)parts.Batch, count = (int)parts.Count;
        Tensor deviations = empty([batch, count]), means = empty([batch, count]);
        float* deviation = (float*)Columns.Address(deviations), mean = (float*)Columns.Address(means);
        for (int b = 0; b < batch; b++, deviation += count, mean += count)
        {
            for (int first = 0; first < count; first += StatisticsRows)
            {
                using IDisposable scope = NewDisposeScope();
                int rows = Math.Min(StatisticsRows, count - first), piece = (rows + Pieces - 1) / Pieces, from = first;
                Tensor? content = parts.Content?.narrow(0, b, 1).narrow(1, first, rows); // (1, rows, Cx)
                Tensor? features = (content is null ? null : parts.Linear?.Forward(content) ?? content)?.contiguous(); // (1, rows, Cf)
                float* row = features is null ? null : (float*)Columns.Address(features), d = deviation + first, m = mean + first;
                int width = (int)(features?.size(2) ?? 0);
                ParallelTasks.Each(Pieces, task =>
                {
                    int start = Math.Min(rows, task * piece);
                    _statistics.Measure(row + ((long)start * width), width, from + start, Math.Min(piece, rows - start), d + start, m + start);
                });
            }
        }

        return (deviations, means);
    }

    /// <summary>Does nothing, since the sums are managed arrays.</summary>
    public void Dispose()
    {
    }
}
