using StreamPerceiver.Model;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Commands;

namespace StreamPerceiver.Worker.Training;

/// <summary>Makes the sizes and the weights that a training begins with.</summary>
internal sealed class TrainingStart
{
    private const int MostNamed = 10;

    private readonly string? _from;

    /// <summary>Reads the sizes.</summary>
    /// <param name="model">The directory of the pipeline's model.</param>
    /// <param name="from">The checkpoint to begin with; null: untrained weights.</param>
    /// <exception cref="StreamPerceiverException">The configuration or the summary of its training is damaged.</exception>
    public TrainingStart(string model, string? from)
    {
        _from = from;
        ConfigDirectory = from is not null && !File.Exists(Path.Combine(model, ConfigFile.Name)) ? from : model;
        PerceiverConfig config = ConfigFile.Read(ConfigDirectory);
        Config = from is null && TrainingFile.Read(ConfigDirectory) is not null ? SeriesScales.Remove(config) : config;
    }

    /// <summary>The directory whose config.json has the sizes: that of the pipeline's model, or of the checkpoint where the model is not there yet.</summary>
    public string ConfigDirectory { get; }

    /// <summary>The sizes in it. Scales that an earlier training has learned are not among them, unless its weights are used.</summary>
    public PerceiverConfig Config { get; }

    /// <summary>Makes the weights, and adds to the sizes what the data and the checkpoint give. Prints what is taken from the checkpoint.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="learn">Finds the scales that the sizes lack.</param>
    /// <exception cref="StreamPerceiverException">The checkpoint is damaged, or its encoder does not fit.</exception>
    public (PerceiverConfig Config, IReadOnlyList<SafeTensor> Tensors) Make(PerceiverConfig config, Func<PerceiverConfig, PerceiverConfig> learn)
    {
        if (_from is not { } from)
        {
            PerceiverConfig learned = learn(config);
            return (learned, WeightRecipe.Make(learned));
        }

        RequireSamePreparation(from);
        (PerceiverConfig other, IReadOnlyList<SafeTensor> tensors) = Checkpoint.Read(from, Failures.Warn);
        PerceiverConfig scaled = learn(WeightTransfer.TakeScales(config, other));
        StartWeights weights = WeightTransfer.Take(scaled, from, other, tensors);
        Console.WriteLine(
            $"train: {weights.Tensors.Count - weights.Made.Count} tensors are taken from {from}; {weights.Made.Count} are new{Names(weights.Made)}; "
            + $"{weights.LeftOut.Count} of its own are left out{Names(weights.LeftOut)}");
        return (scaled, weights.Tensors);
    }

    /// <summary>Returns sizes with the scales that are still to be applied: series that had scales before are scaled by the tokeniser.</summary>
    public static PerceiverConfig StillToScale(PerceiverConfig before, PerceiverConfig config) => config with
    {
        Inputs = config.Inputs.ToDictionary(
            i => i.Key, i => before.Inputs[i.Key] is SeriesInput { Mean: not null } series ? series with { Mean = null, Deviation = null } : i.Value,
            StringComparer.Ordinal),
    };

    /// <summary>Copies the settings of the preparation of pictures to the trained model. The worker then prepares pictures as the training did.</summary>
    public void CopyPreparation(string folder)
    {
        string file = Path.Combine(ConfigDirectory, ImageClassificationPreparation.FileName);
        if (File.Exists(file)) File.Copy(file, Path.Combine(folder, ImageClassificationPreparation.FileName), overwrite: true);
    }

    private void RequireSamePreparation(string other)
    {
        const string name = ImageClassificationPreparation.FileName;
        (string before, string now) = (Path.Combine(other, name), Path.Combine(ConfigDirectory, name));
        if (!File.Exists(before) || (File.Exists(now) && File.ReadAllBytes(now).AsSpan().SequenceEqual(File.ReadAllBytes(before)))) return;
        string problem = File.Exists(now) ? "differs from" : "is missing, unlike";
        throw new TrainingException($"{now} {problem} {before}, expected the same, as the encoder was trained with it");
    }

    private static string Names(IReadOnlyList<string> names)
        => names.Count == 0 ? "" : $": {string.Join(", ", names.Take(MostNamed))}{(names.Count > MostNamed ? ", ..." : "")}";
}
