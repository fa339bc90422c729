using System.Text.Json.Nodes;

namespace StreamPerceiver.Training;

/// <summary>Scores numbers, in their own units.</summary>
/// <param name="output">The output.</param>
/// <param name="rows">Rows of numbers that a window has.</param>
/// <param name="names">Names of the numbers of a row.</param>
internal sealed class ValuesScorer(string output, int rows, IReadOnlyList<string> names) : OutputScorer(output)
{
    /// <inheritdoc/>
    public override string Kind => "values";

    /// <inheritdoc/>
    public override string Figure => "rmse";

    /// <summary>Names of the numbers of a row.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>Rows of numbers that a window has.</summary>
    public int Rows => rows;

    /// <summary>Mean of each number of a row in training; null (default): the model gives numbers in their units.</summary>
    public IReadOnlyList<double>? Mean { get; init; }

    /// <summary>Standard deviation of each number of a row in training; null (default) where there is no mean.</summary>
    public IReadOnlyList<double>? Deviation { get; init; }

    /// <summary>Computes the root of the mean squared error over all numbers.</summary>
    public override double Summarise(IReadOnlyList<float[]> answers, IReadOnlyList<float[]> targets)
        => answers.Count == 0 ? 0 : Math.Sqrt(answers.Zip(targets, (a, t) => Errors(a, t).Average(e => e * e)).Average());

    /// <summary>Computes the mean squared error of a window.</summary>
    public override double Loss(float[] answer, float[] target) => Errors(answer, target).Average(e => e * e);

    /// <inheritdoc/>
    public override double Score(float[] answer, float[] target) => Errors(answer, target).Average(Math.Abs);

    /// <inheritdoc/>
    public override JsonNode Truth(float[] target) => Numbers(target);

    /// <inheritdoc/>
    public override JsonNode Answer(float[] answer) => Numbers(answer);

    /// <inheritdoc/>
    public override JsonObject? Probabilities(float[] answer) => null;

    /// <summary>Returns numbers of the model in their own units.</summary>
    public double[] ToUnits(float[] numbers)
        => [.. numbers.Select((x, i) => Mean is { } mean && Deviation is { } deviation ? (x * deviation[i % names.Count]) + mean[i % names.Count] : x)];

    private IEnumerable<double> Errors(float[] answer, float[] target) => ToUnits(answer).Zip(ToUnits(target), (a, t) => a - t);

    private JsonArray Numbers(float[] numbers) => new([.. ToUnits(numbers)]);
}
