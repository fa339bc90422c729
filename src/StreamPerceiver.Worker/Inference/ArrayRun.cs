using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using StreamPerceiver.Worker.Commands;
using static TorchSharp.torch;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Runs a model once on arrays, without a stream.</summary>
internal static class ArrayRun
{
    /// <summary>Loads a model directory and runs it on arrays under the names of Hugging Face's forward.</summary>
    /// <exception cref="StreamPerceiverException">The model cannot be loaded, or does not take these arrays.</exception>
    public static IReadOnlyDictionary<string, NpyArray> Run(string directory, PlanChoice choice, IReadOnlyDictionary<string, NpyArray> arrays)
    {
        ExecutionPlan plan = TorchRuntime.Start(threads: 0, choice, NullLogger.Instance);
        using PerceiverModel model = Checkpoint.Load(directory, plan, Failures.Warn);
        using IDisposable scope = NewDisposeScope();
        NamedCall call = NamedArrays.ToCall(model.Config, arrays);
        return NamedArrays.FromOutputs(model.Config, model.Forward(call.Inputs, call.Points));
    }
}
