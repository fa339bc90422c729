using System.Diagnostics;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>How fast this machine multiplies matrices: 1024 x 1024 x 1024, the best of a few after one to warm up, in GFLOP/s.</summary>
public static class MatrixProduct
{
    private const int Size = 1024;

    // Slow enough to be sure.
    private static readonly TimeSpan Sure = TimeSpan.FromMilliseconds(200);

    /// <summary>Measures a linear layer of a plan.</summary>
    public static double LayerGflops(ExecutionPlan plan)
    {
        using IDisposable inference = inference_mode();
        using IDisposable scope = NewDisposeScope();
        using Linear layer = plan.MakeLinear(ones(Size, Size, device: plan.Device), zeros(Size, device: plan.Device));
        Tensor x = ones(Size, Size, device: plan.Device);
        return Gflops(() => layer.Forward(x), plan.Wait);
    }

    /// <summary>Rate of libtorch's linear layer: what a model's speed is held against.</summary>
    public static double LibtorchGflops(Precision precision)
    {
        using IDisposable inference = inference_mode();
        using IDisposable scope = NewDisposeScope();
        ScalarType type = precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        Tensor a = ones(Size, Size).to(type), bias = zeros(Size).to(type);
        return Gflops(() => nn.functional.linear(a, a, bias), () => { });
    }

    private static double Gflops(Func<Tensor> product, Action wait)
    {
        product().Dispose();
        wait();
        TimeSpan best = TimeSpan.MaxValue;
        for (int run = 0; run < 5; run++)
        {
            long start = Stopwatch.GetTimestamp();
            product().Dispose();
            wait();
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            if (took < best) best = took;
            if (took > Sure) break;
        }

        return 2.0 * Size * Size * Size / best.TotalSeconds / 1e9;
    }
}
