using System.Diagnostics;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Makes libtorch ready, once a process and before anything else of it: kernels, threads, and a look at how fast it is.</summary>
internal static class TorchRuntime
{
    private const int Size = 1024;

    // The reference BLAS gives 2 to 3 GFLOP/s a core, any tuned one ten times that and more.
    private const double ReferenceBlasGflops = 10;

    /// <summary>Prepares libtorch; the device to run on.</summary>
    public static Device Start(int threads, ILogger log)
    {
        string coreType = CpuKernels.Choose() ?? "its own choice";
        set_num_threads(threads > 0 ? threads : Environment.ProcessorCount);
        double rate = MeasureGemm();
        if (rate < ReferenceBlasGflops * get_num_threads()) Log.ReferenceBlas(log, rate);
        bool hasCuda = cuda.is_available();
        Log.TorchReady(log, hasCuda ? "CUDA" : "CPU", get_num_threads(), coreType, rate);
        return hasCuda ? CUDA : CPU;
    }

    /// <summary>Rate of a float32 matrix product on the CPU, in GFLOP/s: the best of a few, after one to warm up.</summary>
    private static double MeasureGemm()
    {
        using IDisposable inference = inference_mode();
        using Tensor a = ones(Size, Size); // (1024, 1024)
        using (a.matmul(a)) { }

        TimeSpan best = TimeSpan.MaxValue;
        for (int run = 0; run < 5 && best > TimeSpan.Zero; run++)
        {
            long start = Stopwatch.GetTimestamp();
            using (a.matmul(a)) { }
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            if (took < best) best = took;
            if (took > TimeSpan.FromMilliseconds(200)) break; // slow enough to be sure
        }

        return 2.0 * Size * Size * Size / best.TotalSeconds / 1e9;
    }
}
