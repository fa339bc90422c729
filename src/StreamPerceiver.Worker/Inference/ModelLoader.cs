using Microsoft.Extensions.Logging;
using StreamPerceiver.Infer;
using StreamPerceiver.Model;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Loads models by the settings, all with one plan. The first one starts libtorch.</summary>
/// <param name="settings">How models run.</param>
/// <param name="uses">How the pipelines use each model, by its directory.</param>
/// <param name="log">Receives the sizes and the speed of models.</param>
internal sealed class ModelLoader(InferenceSettings settings, IReadOnlyDictionary<string, ModelUse> uses, ILogger<ModelLoader> log)
{
    private ExecutionPlan? _plan;

    /// <summary>Loads the model of a directory and runs every batch size once. Not safe for several threads.</summary>
    /// <exception cref="PlanException">The device is not there, or the plan does not run on it.</exception>
    public IPerceiver Load(string directory) => new TorchPerceiver(directory, _plan ??= Start(), uses[directory], log);

    private ExecutionPlan Start()
        => TorchRuntime.Choose(TorchRuntime.Start(settings.Threads, settings.Choice(), log), Enum.Parse<Precision>(settings.Precision, ignoreCase: true), log);
}
