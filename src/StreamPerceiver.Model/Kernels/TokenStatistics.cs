using System.Runtime.Intrinsics;

namespace StreamPerceiver.Model;

/// <summary>Computes the layer norm's mean and deviation of tokens from their features and from known sums of their other channels.</summary>
/// <param name="channels">Channels C of a whole token.</param>
/// <param name="sums">(M) sums of the other channels.</param>
/// <param name="squares">(M) sums of the squares of the other channels.</param>
internal sealed unsafe class TokenStatistics(int channels, float[] sums, float[] squares)
{
    /// <summary>Computes means and inverse deviations of tokens; a deviation is NaN beyond <see cref="NormLimits.Most"/>.</summary>
    /// <param name="rows">Features, (count, width).</param>
    /// <param name="width">Channels of the features.</param>
    /// <param name="first">Index of the first row's token.</param>
    /// <param name="count">Rows.</param>
    /// <param name="deviations">(count) 1 / sigma.</param>
    /// <param name="means">(count).</param>
    public void Measure(float* rows, int width, int first, int count, float* deviations, float* means)
    {
        for (int row = 0; row < count; row++, rows += width)
        {
            Vector512<float> sum = Vector512<float>.Zero, square = sum;
            int c = 0;
            for (; c + Vector512<float>.Count <= width; c += Vector512<float>.Count)
            {
                Vector512<float> x = Vector512.Load(rows + c);
                sum += x;
                square = Vector512.FusedMultiplyAdd(x, x, square);
            }

            double total = Vector512.Sum(sum) + (double)sums[first + row], squared = Vector512.Sum(square) + (double)squares[first + row];
            for (; c < width; c++) (total, squared) = (total + rows[c], squared + ((double)rows[c] * rows[c]));
            double mean = total / channels, power = squared / channels;
            means[row] = (float)mean;
            deviations[row] = power <= (double)NormLimits.Most * NormLimits.Most
                ? (float)(1 / Math.Sqrt(Math.Max(0, power - (mean * mean)) + NormLimits.Epsilon))
                : float.NaN;
        }
    }
}
