using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace StreamPerceiver.Training;

/// <summary>How well a label is found.</summary>
/// <param name="Label">The label.</param>
/// <param name="Windows">Windows that have it.</param>
/// <param name="Answered">Windows that it was the answer to.</param>
/// <param name="Right">Windows of both.</param>
public sealed record LabelFigures(string Label, int Windows, int Answered, int Right)
{
    /// <summary>The share of its answers that are right; null: it was never answered.</summary>
    public double? Precision => Answered == 0 ? null : (double)Right / Answered;

    /// <summary>The share of its windows that are found; null: no window has it.</summary>
    public double? Recall => Windows == 0 ? null : (double)Right / Windows;

    /// <summary>The harmonic mean of precision and recall; null: it was neither there nor answered.</summary>
    public double? F1 => Windows + Answered == 0 ? null : 2.0 * Right / (Windows + Answered);
}

/// <summary>How often a label was answered where another, or the same, is true.</summary>
/// <param name="Truth">The true label.</param>
/// <param name="Answer">The answered label.</param>
/// <param name="Windows">Windows, at least one.</param>
public sealed record ConfusionCell(string Truth, string Answer, int Windows);

/// <summary>Errors of a number of an output, in its unit.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Mae">The mean absolute error.</param>
/// <param name="Rmse">The root of the mean squared error.</param>
/// <param name="R2">1 less the share of the truth's variance that is left in the errors; null: the truth does not vary.</param>
public sealed record ValueFigures(string Name, double Mae, double Rmse, double? R2);

/// <summary>The figure of an output for a set of inputs.</summary>
/// <param name="Inputs">The inputs that the model had.</param>
/// <param name="Windows">The windows.</param>
/// <param name="Value">The figure.</param>
/// <param name="Loss">The mean loss.</param>
public sealed record InputsFigure(IReadOnlyList<string> Inputs, int Windows, double Value, double Loss);

/// <summary>A window whose answer is far from the truth.</summary>
/// <param name="Entity">The entity.</param>
/// <param name="Start">First instant of the window, RFC 3339.</param>
/// <param name="End">First instant after it.</param>
/// <param name="Inputs">The inputs that it has.</param>
/// <param name="Truth">A label, a list of labels, or numbers.</param>
/// <param name="Answer">What the model gave, in the same form.</param>
/// <param name="Loss">The loss of the window.</param>
public sealed record WorstWindow(string Entity, string Start, string End, IReadOnlyList<string> Inputs, JsonNode Truth, JsonNode Answer, double Loss)
{
    /// <summary>The probability of the answered label; null unless one label is right.</summary>
    public double? Probability { get; init; }

    /// <summary>The row of the window in its store.</summary>
    [JsonIgnore]
    public int Row { get; init; }
}

/// <summary>A simple model on the same windows.</summary>
/// <param name="Name">Its name: <c>chance</c>, <c>nearest mean</c> or <c>linear</c>.</param>
/// <param name="Value">The figure of the output.</param>
/// <param name="Loss">The mean loss; null where it has no probabilities.</param>
public sealed record BaselineFigure(string Name, double Value, double? Loss);
