using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Layer norm on the CPU. The bits of a row's result do not depend on the other rows or on the number of threads.</summary>
internal static unsafe class RowNorm
{
    // A task with fewer numbers ends before another thread could start.
    private const int LeastShared = 1 << 15;

    /// <summary>Computes (x - mean) / sqrt(variance + epsilon) * weight + bias over the last axis; NaN where the variance overflows.</summary>
    /// <param name="x">(..., C).</param>
    /// <param name="weight">(C).</param>
    /// <param name="bias">(C).</param>
    /// <param name="epsilon">Number added to the variance, so that a row of equal numbers causes no division by zero.</param>
    /// <param name="precision">Precision of the product that reads the result. For BFloat16 rows of an even length are rounded.</param>
    public static Tensor Normalise(Tensor x, Tensor weight, Tensor bias, double epsilon, Precision precision = Precision.Float32)
    {
        bool isRounded = PairProduct.IsUsedFor(precision) && weight.size(0) % 2 == 0;
        using Tensor rows = x.contiguous();
        Tensor y = empty(x.shape, isRounded ? ScalarType.BFloat16 : ScalarType.Float32);
        int width = (int)weight.size(0), count = (int)(y.numel() / width);
        int tasks = (int)Math.Clamp(y.numel() / LeastShared, 1, 4 * get_num_threads());
        nint from = Columns.Address(rows), to = Columns.Address(y), scale = Columns.Address(weight), shift = Columns.Address(bias);
        ParallelTasks.Each(tasks, task =>
        {
            using Scratch scratch = Scratch.Rent(width);
            for (long row = (long)count * task / tasks; row < (long)count * (task + 1) / tasks; row++)
            {
                float* target = isRounded ? scratch.Start : (float*)to + (row * width);
                NormaliseRow((float*)from + (row * width), (float*)scale, (float*)shift, target, width, epsilon);
                if (isRounded) PairProduct.RoundRows(scratch.Start, width, 1, width, (uint*)to + (row * width / 2));
            }
        });
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NormaliseRow(float* x, float* weight, float* bias, float* y, int width, double epsilon)
    {
        int whole = width - (width % Vector512<float>.Count);
        Vector512<float> sums = Vector512<float>.Zero;
        for (int c = 0; c < whole; c += Vector512<float>.Count) sums += Vector512.Load(x + c);
        float sum = Vector512.Sum(sums);
        for (int c = whole; c < width; c++) sum += x[c];
        float mean = sum / width;

        Vector512<float> means = Vector512.Create(mean), squares = Vector512<float>.Zero;
        for (int c = 0; c < whole; c += Vector512<float>.Count)
        {
            Vector512<float> distance = Vector512.Load(x + c) - means;
            squares = Vector512.FusedMultiplyAdd(distance, distance, squares);
        }

        float square = Vector512.Sum(squares);
        for (int c = whole; c < width; c++) square += (x[c] - mean) * (x[c] - mean);
        float inverse = float.IsFinite(square) ? (float)(1 / Math.Sqrt((square / width) + epsilon)) : float.NaN;

        Vector512<float> inverses = Vector512.Create(inverse);
        for (int c = 0; c < whole; c += Vector512<float>.Count)
            Vector512.FusedMultiplyAdd((Vector512.Load(x + c) - means) * inverses, Vector512.Load(weight + c), Vector512.Load(bias + c)).Store(y + c);
        for (int c = whole; c < width; c++) y[c] = MathF.FusedMultiplyAdd((x[c] - mean) * inverse, weight[c], bias[c]);
    }
}
