using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Batch;
using StreamPerceiver.Infer;
using StreamPerceiver.Modalities;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Worker.Inference;

/// <summary>A model for the stream: arrays in, arrays out. No tensor leaves it.</summary>
internal sealed class TorchPerceiver : IPerceiver
{
    private readonly PerceiverModel _model;
    private readonly ModelDescription _description;
    private readonly ILogger _log;
    private readonly Dictionary<string, IReadOnlyList<int>> _wholeGrids;
    private readonly int _largestInvariantBatch;

    /// <summary>
    /// Loads the directory and runs every batch size once, for what is asked of it. Finds the sizes at which a window has the bits that it has alone.
    /// </summary>
    public TorchPerceiver(string directory, ExecutionPlan plan, ModelUse use, ILogger log)
    {
        (_model, _log) = (Checkpoint.Load(directory, plan, line => Log.ModelWarning(log, line)), log);
        Identity = new ModelIdentity(new DirectoryInfo(directory).Name, Version(Checkpoint.Files(directory)));
        _description = new ModelDescription(directory, _model.Config);
        _wholeGrids = _model.Config.Outputs.Where(o => o.Value is DenseOutput)
            .ToDictionary(o => o.Key, o => ((DenseOutput)o.Value).AllPoints, StringComparer.Ordinal);
        _largestInvariantBatch = use.MaxWindows;
        foreach (IReadOnlyList<OutputQuestion> asked in use.Ask(this))
        {
            var trial = new BatchInvariance(InputShapes, Vocabularies, (batch, inputs) => RunArrays(batch, inputs, asked));
            _largestInvariantBatch = trial.LargestBatch(_largestInvariantBatch);
            if (Run(TokenBatch.CreateCanary(InputShapes), asked)[0].NotFinite is not { } damage) continue;
            throw new StreamPerceiverException($"model in {directory}: of a window of zeros, {damage}: its weights are damaged, or of another configuration");
        }

        Log.ModelReady(log, Identity.Name, Identity.Version, _model.Config.ParameterCount, plan.Precision, _largestInvariantBatch);
    }

    /// <inheritdoc/>
    public ModelIdentity Identity { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, (int Tokens, int Channels)> InputShapes => _description.InputShapes;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Grids => _description.Grids;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> Vocabularies => _description.Vocabularies;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, InputPreparation> Preparations => _description.Preparations;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, OutputShape> Outputs => _description.Outputs;

    /// <inheritdoc/>
    public IReadOnlyList<ModelOutput> Run(TokenBatch batch, IReadOnlyList<OutputQuestion> questions)
        => batch.Windows.Select(w => w.Value!).Chunk(_largestInvariantBatch).SelectMany(windows => RunTogether(windows, questions)).ToArray();

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private IEnumerable<ModelOutput> RunTogether(TokenisedWindow[] windows, IReadOnlyList<OutputQuestion> questions)
    {
        var inputs = new Dictionary<string, ArrayInput>(StringComparer.Ordinal);
        for (int i = 0; i < windows[0].Inputs.Count; i++)
        {
            float[] content = Joined(windows.Select(w => w.Inputs[i].Content).ToArray()); // (B, M, C)
            byte[] mask = Joined(windows.Select(w => w.Inputs[i].Mask).ToArray()); // (B, M)
            inputs[windows[0].Inputs[i].Name] = new ArrayInput(content, mask);
        }

        IReadOnlyDictionary<string, float[]> outputs = RunArrays(windows.Length, inputs, questions);
        return windows.Select((window, b) => new ModelOutput(
            window.Header, questions.ToDictionary(asked => asked.Output, asked => NumbersOf(asked, b), StringComparer.Ordinal)));

        float[] NumbersOf(OutputQuestion asked, int window)
        {
            int count = checked((int)asked.Answer.Numbers);
            return asked.Answer.ToUnits(outputs[asked.Output].AsSpan(window * count, count).ToArray()); // (K)
        }
    }

    private IReadOnlyDictionary<string, float[]> RunArrays(
        int batch, IReadOnlyDictionary<string, ArrayInput> inputs, IReadOnlyList<OutputQuestion> questions)
    {
        Dictionary<string, IReadOnlyList<int>> points = new(StringComparer.Ordinal);
        foreach (OutputQuestion asked in questions)
            if ((asked.Points ?? _wholeGrids.GetValueOrDefault(asked.Output)) is { } decoded)
                points.Add(asked.Output, decoded);
        string[] wanted = [.. questions.Select(asked => ModelOutputs.Computing(_model.Config, asked.Output)).Distinct()];
        return OnDevice(Identity.Name, batch, _log, () => _model.Run(batch, inputs, points, wanted));
    }

    /// <summary>
    /// Runs work on the device. A failure of the device, which TorchSharp throws as <see cref="ExternalException"/>, becomes a
    /// <see cref="DeviceException"/>. Content that the model refuses is a bug, and becomes a <see cref="StreamPerceiverException"/>.
    /// </summary>
    internal static T OnDevice<T>(string model, int windows, ILogger log, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (StreamPerceiverException e)
        {
            throw new StreamPerceiverException($"model {model}: {e.Message}", e);
        }
        catch (ExternalException e)
        {
            Log.DeviceFailed(log, model, windows, e.Message);
            throw new DeviceException($"model {model}: {e.Message}", e);
        }
    }

    private static T[] Joined<T>(T[][] rows)
    {
        if (rows.Length == 1) return rows[0];
        var joined = new T[rows.Sum(r => r.Length)];
        for (int row = 0, at = 0; row < rows.Length; at += rows[row++].Length) rows[row].CopyTo(joined, at);
        return joined;
    }

    // For a single file this is the beginning of what sha256sum prints.
    private static string Version(IReadOnlyList<string> weights)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        foreach (string file in weights)
        {
            using FileStream stream = File.OpenRead(file);
            for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer)) hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }
}
