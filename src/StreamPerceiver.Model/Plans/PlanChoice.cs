using System.Globalization;
using System.Text.RegularExpressions;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>The device and the plan that settings or options ask for. This is the one place that chooses.</summary>
/// <param name="Device"><c>auto</c> (a GPU if there is one, else the CPU), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
/// <param name="Plan"><c>auto</c> (the kernels on the CPU, tensors on a GPU), <c>kernels</c> or <c>tensors</c>.</param>
/// <param name="DeviceKey">Name of the setting or option of the device, for messages.</param>
/// <param name="PlanKey">Name of the setting or option of the plan, for messages.</param>
public sealed record PlanChoice(string Device = PlanChoice.Auto, string Plan = PlanChoice.Auto, string DeviceKey = "device", string PlanKey = "plan")
{
    /// <summary>The default of the device and of the plan.</summary>
    public const string Auto = "auto";

    /// <summary>The plan of this assembly's own kernels.</summary>
    public const string Kernels = "kernels";

    /// <summary>The plan of libtorch's operations.</summary>
    public const string Tensors = "tensors";

    /// <summary>A regular expression of the allowed devices.</summary>
    public const string DevicePattern = "^(auto|cpu|cuda(:(?<index>[0-9]{1,3}))?)$";

    /// <summary>The allowed devices in words, for messages.</summary>
    public const string DeviceWords = "auto, cpu, cuda or cuda:N";

    private const string Cpu = "cpu";

    /// <summary>Makes the plan, in float32. This loads libtorch.</summary>
    /// <exception cref="PlanException">The device does not exist, or the plan does not run on the device.</exception>
    public ExecutionPlan Make() => Make(cuda.is_available() ? cuda.device_count() : 0);

    /// <summary>Makes the plan on a machine with so many GPUs.</summary>
    internal ExecutionPlan Make(int gpus)
    {
        Match device = Regex.Match(Device, DevicePattern, RegexOptions.ExplicitCapture);
        if (!device.Success) throw new PlanException($"{DeviceKey} is '{Device}', expected {DeviceWords}");
        if (Plan is not (Auto or Kernels or Tensors)) throw new PlanException($"{PlanKey} is '{Plan}', expected {Auto}, {Kernels} or {Tensors}");
        bool asksGpu = Device is not (Auto or Cpu);
        if (asksGpu && Plan == Kernels)
        {
            throw new PlanException(
                $"{PlanKey} is '{Kernels}' and {DeviceKey} is '{Device}', but the kernels run on the CPU alone, expected {PlanKey} {Auto} or {Tensors}");
        }

        if (asksGpu) return ExecutionPlan.Tensors(Gpu(device.Groups["index"], gpus));
        if (Device == Auto && gpus > 0 && Plan != Kernels) return ExecutionPlan.Tensors(new Device(DeviceType.CUDA, 0));
        return Plan == Tensors ? ExecutionPlan.Tensors() : ExecutionPlan.Kernels();
    }

    private Device Gpu(Group index, int gpus)
    {
        if (gpus == 0) throw new PlanException($"{DeviceKey} is '{Device}', but libtorch finds no GPU here, expected {Auto} or {Cpu}");
        int number = index.Success ? int.Parse(index.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
        if (number < gpus) return new Device(DeviceType.CUDA, number);
        throw new PlanException($"{DeviceKey} is '{Device}', but libtorch numbers its GPUs from 0 to {gpus - 1} here");
    }
}

/// <summary>A device that does not exist, or a plan that does not run on the device. The message is one line with the key and its value.</summary>
public sealed class PlanException : StreamPerceiverException
{
    internal PlanException(string message)
        : base(message)
    {
    }
}
