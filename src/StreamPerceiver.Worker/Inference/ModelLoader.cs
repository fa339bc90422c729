using Microsoft.Extensions.Logging;
using StreamPerceiver.Infer;
using StreamPerceiver.Model;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Loads models as the settings have it, all by one plan. Starts libtorch with the first of them.</summary>
/// <param name="settings">The model's run time.</param>
/// <param name="maxWindows">By directory, the most windows that come in a batch: the greatest number of its pipelines.</param>
/// <param name="log">Where it reports.</param>
internal sealed class ModelLoader(InferenceSettings settings, IReadOnlyDictionary<string, int> maxWindows, ILogger<ModelLoader> log)
{
    private ExecutionPlan? _plan;

    /// <summary>Loads the model of a directory and runs every size of batch once. For one thread.</summary>
    /// <exception cref="PlanException">The device is not there, or the plan does not run on it.</exception>
    public IPerceiver Load(string directory) => new TorchPerceiver(directory, _plan ??= Start(), maxWindows[directory], log);

    private ExecutionPlan Start()
        => TorchRuntime.Choose(TorchRuntime.Start(settings.Threads, settings.Choice(), log), Enum.Parse<Precision>(settings.Precision, ignoreCase: true), log);
}
