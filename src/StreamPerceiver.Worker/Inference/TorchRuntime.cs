using Microsoft.Extensions.Logging;
using StreamPerceiver.Model;
using static TorchSharp.torch;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Prepares libtorch, once a process and before its first use.</summary>
internal static class TorchRuntime
{
    /// <summary>Loads libtorch, sets its threads, and makes the plan that models run by, in float32.</summary>
    /// <exception cref="PlanException">The device is not there, or the plan does not run on it.</exception>
    public static ExecutionPlan Start(int threads, PlanChoice choice, ILogger log)
    {
        Libtorch.Load();
        Libtorch.SetThreads(threads > 0 ? threads : Environment.ProcessorCount);
        ExecutionPlan plan = choice.Make();
        Log.TorchReady(log, __version__, plan.Device.ToString(), plan.Name, get_num_threads());
        return plan;
    }

    /// <summary>Returns the plan in the wanted precision, or in float32 where bfloat16 is not faster on its device.</summary>
    public static ExecutionPlan Choose(ExecutionPlan plan, Precision wanted, ILogger log)
    {
        if (wanted == plan.Precision) return plan;
        double exact = MatrixProduct.LayerGflops(plan), rate = MatrixProduct.LayerGflops(plan.In(wanted));
        if (rate > exact) return plan.In(wanted);
        Log.PrecisionDoesNotPay(log, rate, exact);
        return plan;
    }
}
