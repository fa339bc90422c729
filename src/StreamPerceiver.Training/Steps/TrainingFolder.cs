using System.Globalization;
using System.Text.Json;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>How far a training has come.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="BestLoss">The least loss of the validation so far.</param>
/// <param name="BestStep">The step after which it was found.</param>
public sealed record TrainingProgress(long Step, double BestLoss, long BestStep);

/// <summary>
/// The folder of a training: the best model as a checkpoint directory, and below it <c>steps/N</c> with all that a resumed training needs. A step's folder gets
/// its name when it is whole, and older ones are deleted then. So a kill at any time leaves a whole one.
/// </summary>
internal sealed class TrainingFolder(string path)
{
    private const string Weights = "weights.safetensors", Averages = "averages.safetensors", Moments = "optimizer.safetensors";
    private const string State = "progress.json", Identity = "identity.json";

    private string Steps => Path.Combine(path, "steps");

    /// <summary>Deletes what a kill has left half written.</summary>
    /// <exception cref="TrainingException">The disk is away.</exception>
    public void RemoveUnfinished() => Checked(path, () =>
    {
        if (!Directory.Exists(Steps)) return;
        foreach (string folder in Directory.GetDirectories(Steps, "*.part")) Directory.Delete(folder, recursive: true);
        foreach (string file in Directory.GetFiles(path, "*.partial")) File.Delete(file);
    });

    /// <summary>Writes what a resumed training needs.</summary>
    /// <exception cref="TrainingException">The disk is full, or away.</exception>
    public void Save(
        TrainableModel model, AveragedWeights averages, Optimizer optimizer, TrainingProgress progress, IReadOnlyDictionary<string, string> identity)
    {
        string name = progress.Step.ToString(CultureInfo.InvariantCulture), part = Path.Combine(Steps, $"{name}.part"), whole = Path.Combine(Steps, name);
        Checked(path, () =>
        {
            Directory.CreateDirectory(part);
            SafeTensors.Write(Path.Combine(part, Weights), model.ToTensors());
            SafeTensors.Write(Path.Combine(part, Averages), averages.ToTensors());
            SafeTensors.Write(Path.Combine(part, Moments), optimizer.ToTensors());
            File.WriteAllText(Path.Combine(part, State), JsonSerializer.Serialize(progress, TrainingHistory.Form));
            File.WriteAllText(Path.Combine(part, Identity), JsonSerializer.Serialize(identity));
            Directory.Move(part, whole);
            foreach (string older in Found().Where(step => step < progress.Step).Select(step => Path.Combine(Steps, $"{step}")))
                Directory.Delete(older, recursive: true);
        });
    }

    /// <summary>Writes the best model, as a checkpoint directory.</summary>
    /// <exception cref="TrainingException">The disk is full, or away.</exception>
    public void SaveBest(PerceiverConfig config, IReadOnlyList<SafeTensor> tensors) => Checked(path, () => Checkpoint.Save(path, config, tensors));

    /// <summary>Finds the last step that is there; null: none.</summary>
    public long? Last() => Found() is { Count: > 0 } steps ? steps.Max() : null;

    /// <summary>Reads from what a step followed, as <see cref="TrainingIdentity"/> describes it.</summary>
    /// <exception cref="TrainingException">The file is missing or damaged.</exception>
    public IReadOnlyDictionary<string, string> ReadIdentity(long step) => ReadJson<Dictionary<string, string>>(FileOf(step, Identity));

    /// <summary>Reads the weights of a step.</summary>
    public IReadOnlyList<SafeTensor> ReadWeights(long step) => [.. SafeTensors.Read(FileOf(step, Weights)).Values];

    /// <summary>Restores the averages and the optimizer of a step.</summary>
    /// <exception cref="CheckpointException">A file is damaged, or of another model.</exception>
    /// <exception cref="TrainingException">The file of the progress is missing or damaged.</exception>
    public TrainingProgress Restore(long step, AveragedWeights averages, Optimizer optimizer)
    {
        averages.Restore(SafeTensors.Read(FileOf(step, Averages)));
        optimizer.Restore(FileOf(step, Moments), SafeTensors.Read(FileOf(step, Moments)));
        return ReadJson<TrainingProgress>(FileOf(step, State));
    }

    /// <summary>Writes to a training's folder.</summary>
    /// <exception cref="TrainingException">The disk is full, or away.</exception>
    public static void Checked(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path}: {e.Message}; the training can be resumed from its last step there", e);
        }
    }

    private static T ReadJson<T>(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(file), TrainingHistory.Form) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new TrainingException($"{file}: {e.Message}", e);
        }
    }

    private string FileOf(long step, string name) => Path.Combine(Steps, step.ToString(CultureInfo.InvariantCulture), name);

    private List<long> Found() => !Directory.Exists(Steps)
        ? []
        :
        [
            .. Directory.GetDirectories(Steps).Select(d => Path.GetFileName(d)).Where(name => name.All(char.IsAsciiDigit))
                .Select(name => long.Parse(name, CultureInfo.InvariantCulture)),
        ];
}
