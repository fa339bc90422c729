using Microsoft.Extensions.Logging;
using StreamPerceiver.Infer;
using StreamPerceiver.Model;
using StreamPerceiver.Worker.Settings;
using static TorchSharp.torch;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Loads models as the settings have it, all on one device and in one precision. Starts libtorch with the first of them.</summary>
/// <param name="settings">The model's run time.</param>
/// <param name="maxWindows">By directory, the most windows that come in a batch: the greatest number of its pipelines.</param>
/// <param name="log">Where it reports.</param>
internal sealed class ModelLoader(InferenceSettings settings, IReadOnlyDictionary<string, int> maxWindows, ILogger<ModelLoader> log)
{
    private (Device Device, Precision Precision)? _runtime;

    /// <summary>Loads the model of a directory and runs every size of batch once. For one thread.</summary>
    public IPerceiver Load(string directory)
    {
        (Device device, Precision precision) = _runtime ??= Start();
        return new TorchPerceiver(directory, device, precision, maxWindows[directory], log);
    }

    private (Device Device, Precision Precision) Start()
    {
        Device device = TorchRuntime.Start(settings.Threads, log);
        return (device, TorchRuntime.Choose(Enum.Parse<Precision>(settings.Precision, ignoreCase: true), device, log));
    }
}
