using System.Globalization;
using StreamPerceiver.Training;

namespace StreamPerceiver.Worker.Commands;

/// <summary>How a model was trained, in words.</summary>
internal static class TrainingReport
{
    private const int HashDigits = 12;

    /// <summary>Writes the training of a model directory as lines; none where it has no <c>training.json</c>.</summary>
    /// <exception cref="TrainingException">The file is damaged.</exception>
    public static IEnumerable<string> Lines(string directory)
    {
        if (TrainingFile.Read(directory) is not { } training) yield break;
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"pipeline {training.Pipeline}, windows of {training.WindowMs} ms every {training.HopMs} ms, seed {training.Seed}; "
            + $"{training.Steps:N0} steps, of which step {training.BestStep:N0} gave the best model");
        yield return $"learned from {Words(training.Training)}; chosen by {Words(training.Validation)}";
        string accuracies = string.Concat(training.Accuracies.Select(a => string.Create(CultureInfo.InvariantCulture, $", {a.Key} {a.Value:P1} right")));
        yield return string.Create(CultureInfo.InvariantCulture, $"validation loss {training.Loss:F4}{accuracies}");
        foreach ((string output, IReadOnlyList<string> labels) in training.Labels)
            yield return $"output {output} has the labels {string.Join(", ", labels)}";
        yield return $"recipe {training.Recipe.ToJsonString()}";
    }

    private static string Words(WindowSet set) => string.Create(
        CultureInfo.InvariantCulture,
        $"{set.Windows:N0} windows of {set.Entities:N0} entities (SHA-256 {set.Hash[..Math.Min(HashDigits, set.Hash.Length)]}...)");
}
