using Microsoft.Extensions.Logging;
using StreamPerceiver.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Makes libtorch ready, once a process and before anything else of it: kernels, threads, and a look at how fast it is.</summary>
internal static class TorchRuntime
{
    // The reference BLAS gives 2 to 3 GFLOP/s a core, any tuned one ten times that and more.
    private const double ReferenceBlasGflops = 10;

    /// <summary>Prepares libtorch; the device to run on.</summary>
    public static Device Start(int threads, ILogger log)
    {
        string coreType = CpuKernels.Choose() ?? "its own choice";
        set_num_threads(threads > 0 ? threads : Environment.ProcessorCount);
        double rate = MatrixProduct.LibtorchGflops(Precision.Float32);
        if (rate < ReferenceBlasGflops * get_num_threads()) Log.ReferenceBlas(log, rate);
        bool hasCuda = cuda.is_available();
        Log.TorchReady(log, hasCuda ? "CUDA" : "CPU", get_num_threads(), coreType, rate);
        return hasCuda ? CUDA : CPU;
    }

    /// <summary>The precision that is wanted, or float32 where bfloat16 is not faster on this CPU.</summary>
    public static Precision Choose(Precision wanted, Device device, ILogger log)
    {
        if (wanted == Precision.Float32 || device.type != DeviceType.CPU) return wanted;
        double exact = MatrixProduct.LayerGflops(Precision.Float32), rate = MatrixProduct.LayerGflops(wanted);
        if (rate > exact) return wanted;
        Log.PrecisionDoesNotPay(log, rate, exact);
        return Precision.Float32;
    }
}
