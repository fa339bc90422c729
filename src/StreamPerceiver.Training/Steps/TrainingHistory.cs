using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamPerceiver.Training;

/// <summary>An evaluation of a training.</summary>
/// <param name="Step">The step after which it was.</param>
/// <param name="Validation">What it has found.</param>
public sealed record HistoryEvaluation(long Step, Validation Validation);

/// <summary>
/// The course of a training. <c>history.jsonl</c> in the training's folder has an object a line, in the order of the steps: each step as
/// <c>{"step":1,"loss":0.7,"accuracy":0.5,"rate":0.001,"norm":2.5}</c>, and each evaluation behind its step as
/// <c>{"step":200,"validation":{"loss":0.6,"accuracies":{"state":0.9}}}</c>. A training that was killed and resumed has the file of an unbroken one.
/// </summary>
/// <param name="Steps">The steps.</param>
/// <param name="Evaluations">The evaluations.</param>
public sealed record TrainingHistory(IReadOnlyList<StepResult> Steps, IReadOnlyList<HistoryEvaluation> Evaluations)
{
    /// <summary>The name of the file in a training's folder.</summary>
    public const string FileName = "history.jsonl";

    internal static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Reads a history. A last line that a kill has cut off does not count.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TrainingException">It is missing, or a line is none of a history.</exception>
    public static TrainingHistory Read(string path)
    {
        List<StepResult> steps = [];
        List<HistoryEvaluation> evaluations = [];
        foreach ((int number, (string text, _)) in HistoryFile.ReadLines(path).Index())
        {
            try
            {
                using JsonDocument line = JsonDocument.Parse(text);
                if (line.RootElement.TryGetProperty("validation", out _)) evaluations.Add(line.Deserialize<HistoryEvaluation>(Form)!);
                else steps.Add(line.Deserialize<StepResult>(Form)!);
            }
            catch (JsonException e)
            {
                throw new TrainingException($"{path}: line {number + 1}: {e.Message}", e);
            }
        }

        return new TrainingHistory(steps, evaluations);
    }
}
