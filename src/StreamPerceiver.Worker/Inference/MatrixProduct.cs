using System.Diagnostics;
using StreamPerceiver.Model;
using static TorchSharp.torch;

namespace StreamPerceiver.Worker.Inference;

/// <summary>How fast the machine multiplies matrices: what a model's speed is held against.</summary>
internal static class MatrixProduct
{
    private const int Size = 1024;

    // Slow enough to be sure.
    private static readonly TimeSpan Sure = TimeSpan.FromMilliseconds(200);

    /// <summary>Rate of a linear layer of 1024 x 1024 x 1024 on the CPU, in GFLOP/s: the best of a few, after one to warm up.</summary>
    public static double Gflops(Precision precision)
    {
        ScalarType type = precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        using IDisposable inference = inference_mode();
        using IDisposable scope = NewDisposeScope();
        Tensor a = ones(Size, Size).to(type), bias = zeros(Size).to(type); // (1024, 1024), (1024)
        nn.functional.linear(a, a, bias).Dispose();

        TimeSpan best = TimeSpan.MaxValue;
        for (int run = 0; run < 5 && best > TimeSpan.Zero; run++)
        {
            long start = Stopwatch.GetTimestamp();
            nn.functional.linear(a, a, bias).Dispose();
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            if (took < best) best = took;
            if (took > Sure) break;
        }

        return 2.0 * Size * Size * Size / best.TotalSeconds / 1e9;
    }
}
