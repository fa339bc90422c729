using Microsoft.Extensions.Logging;
using StreamPerceiver.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Makes libtorch ready, once a process and before anything else of it.</summary>
internal static class TorchRuntime
{
    /// <summary>Loads libtorch and sets its threads; the device to run on.</summary>
    public static Device Start(int threads, ILogger log)
    {
        Libtorch.Load();
        Libtorch.SetThreads(threads > 0 ? threads : Environment.ProcessorCount);
        bool hasCuda = cuda.is_available();
        Log.TorchReady(log, __version__, hasCuda ? "CUDA" : "CPU", get_num_threads());
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
