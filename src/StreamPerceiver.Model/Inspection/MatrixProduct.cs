using System.Diagnostics;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Measures products of 1024 x 1024 matrices on this machine, in GFLOP/s: the fastest of up to five, after one to warm up.</summary>
public static class MatrixProduct
{
    private const int Size = 1024;

    // One product of this duration is enough for an exact figure.
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(200);

    /// <summary>Measures the rate of a plan's linear layer.</summary>
    public static double LayerGflops(ExecutionPlan plan)
    {
        using IDisposable inference = inference_mode();
        using IDisposable scope = NewDisposeScope();
        using Linear layer = plan.MakeLinear(ones(Size, Size, device: plan.Device), zeros(Size, device: plan.Device));
        Tensor x = ones(Size, Size, device: plan.Device);
        return Gflops(() => layer.Forward(x), plan.Wait);
    }

    /// <summary>Measures the rate of libtorch's linear layer, with which a model's speed is compared.</summary>
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
            if (took > LongEnough) break;
        }

        return 2.0 * Size * Size * Size / best.TotalSeconds / 1e9;
    }
}
