using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using StreamPerceiver.Worker.Commands;
using static TorchSharp.torch;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Runs a model once on arrays, without a stream.</summary>
internal static class ArrayRun
{
    /// <summary>Reads the inputs of a call from a file. Their headers are checked first, so that no data are read in vain.</summary>
    /// <param name="config">The model.</param>
    /// <param name="file">An .npz file.</param>
    /// <exception cref="StreamPerceiverException">The file cannot be read, or the model does not take its arrays.</exception>
    public static IReadOnlyDictionary<string, NpyArray> ReadInputs(PerceiverConfig config, string file)
    {
        try
        {
            NamedArrays.RequireShapes(config, Npz.ReadShapes(file));
        }
        catch (ModelInputException e)
        {
            throw new StreamPerceiverException($"{file}: {e.Message}", e);
        }

        return Npz.Read(file);
    }

    /// <summary>Loads a model directory and runs it on arrays under the names of Hugging Face's forward.</summary>
    /// <exception cref="StreamPerceiverException">The model cannot be loaded, or does not take these arrays.</exception>
    public static IReadOnlyDictionary<string, NpyArray> Run(string directory, PlanChoice choice, IReadOnlyDictionary<string, NpyArray> arrays)
        => Run(directory, choice, _ => arrays);

    /// <summary>Loads a model directory and runs it on the arrays of a file.</summary>
    /// <exception cref="StreamPerceiverException">The model cannot be loaded, or does not take these arrays.</exception>
    public static IReadOnlyDictionary<string, NpyArray> Run(string directory, PlanChoice choice, string file)
        => Run(directory, choice, config => ReadInputs(config, file));

    private static IReadOnlyDictionary<string, NpyArray> Run(
        string directory, PlanChoice choice, Func<PerceiverConfig, IReadOnlyDictionary<string, NpyArray>> arrays)
    {
        ExecutionPlan plan = TorchRuntime.Start(threads: 0, choice, NullLogger.Instance);
        using PerceiverModel model = Checkpoint.Load(directory, plan, Failures.Warn);
        using IDisposable scope = NewDisposeScope();
        NamedCall call = NamedArrays.ToCall(model.Config, arrays(model.Config));
        return NamedArrays.FromOutputs(model.Config, model.Forward(call.Inputs, call.Points));
    }
}
