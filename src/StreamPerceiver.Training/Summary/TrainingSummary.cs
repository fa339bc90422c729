using System.Text.Json.Nodes;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>How a model was trained. Two trainings of one seed and data have the same summary, so it has no time of day.</summary>
/// <param name="Pipeline">The name of the pipeline that cut the windows.</param>
/// <param name="WindowMs">The length of a window, in milliseconds.</param>
/// <param name="HopMs">The time from one window to the next, in milliseconds.</param>
/// <param name="Recipe">The options of the training, by their keys.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Labels">The labels of each trained output that has labels, in the model's order.</param>
/// <param name="Training">The windows that it learned from.</param>
/// <param name="Validation">The windows that chose the best model.</param>
public sealed record TrainingSummary(
    string Pipeline, double WindowMs, double HopMs, JsonObject Recipe, int Seed, IReadOnlyDictionary<string, IReadOnlyList<string>> Labels,
    WindowSet Training, WindowSet Validation)
{
    /// <summary>Steps done so far.</summary>
    public int Steps { get; init; }

    /// <summary>The step after which the model of the directory was kept.</summary>
    public int BestStep { get; init; }

    /// <summary>The loss of that model over the validation's windows.</summary>
    public double Loss { get; init; }

    /// <summary>By output of one right label, the share of the validation's windows whose likeliest label is right.</summary>
    public IReadOnlyDictionary<string, double> Accuracies { get; init; } = new Dictionary<string, double>();

    /// <summary>Returns the summary after a step whose model is the best so far.</summary>
    public TrainingSummary At(long step, Validation found)
        => this with { Steps = (int)step, BestStep = (int)step, Loss = found.Loss, Accuracies = found.Accuracies };

    /// <summary>Finds the labels of outputs in a configuration; an output of numbers has none.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="outputs">Names of the trained outputs.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> LabelsOf(PerceiverConfig config, IEnumerable<string> outputs)
        => outputs.Where(name => config.Outputs[name] is LabelledOutput).Order(StringComparer.Ordinal)
            .ToDictionary(name => name, name => ((LabelledOutput)config.Outputs[name]).Labels, StringComparer.Ordinal);
}

/// <summary>A set of windows with their labels.</summary>
/// <param name="Windows">How many.</param>
/// <param name="Entities">How many entities they are of.</param>
/// <param name="Hash">The hash of the windows and their targets, in hexadecimal digits.</param>
public sealed record WindowSet(int Windows, int Entities, string Hash)
{
    /// <summary>Counts examples and their entities, and hashes them.</summary>
    public static WindowSet Of(IReadOnlyList<Example> examples, WindowStore store)
        => new(examples.Count, examples.Select(e => store.Windows[e.Row].Entity).Distinct(StringComparer.Ordinal).Count(), store.Hash(examples));
}
