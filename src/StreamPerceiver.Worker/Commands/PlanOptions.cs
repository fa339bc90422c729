using System.CommandLine;
using StreamPerceiver.Model;

namespace StreamPerceiver.Worker.Commands;

/// <summary>The options of a verb that runs a model: the device, and the plan.</summary>
internal sealed class PlanOptions
{
    /// <summary>The option of the device.</summary>
    public Option<string> Device { get; } = new("--device")
    {
        Description = $"The device: {PlanChoice.DeviceWords}.",
        DefaultValueFactory = _ => PlanChoice.Auto,
    };

    /// <summary>The option of the plan.</summary>
    public Option<string> Plan { get; } = new("--plan")
    {
        Description = "Which code runs the operations: auto, kernels (the worker's own, on the CPU) or tensors (libtorch's, on any device).",
        DefaultValueFactory = _ => PlanChoice.Auto,
    };

    /// <summary>Returns the device and plan of a command line.</summary>
    public PlanChoice Choice(ParseResult parsed) => new(parsed.GetRequiredValue(Device), parsed.GetRequiredValue(Plan), Device.Name, Plan.Name);
}
