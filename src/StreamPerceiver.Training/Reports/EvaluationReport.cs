using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamPerceiver.Training;

/// <summary>How good a model is on windows with labels. Its JSON has the members in camel case, by <c>pipelines/report.schema.json</c>.</summary>
public sealed record EvaluationReport
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // names in any script stay readable
        WriteIndented = true,
    };

    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Name of the model's directory.</summary>
    public required string Model { get; init; }

    /// <summary>Windows with a label.</summary>
    public required int Windows { get; init; }

    /// <summary>Entities that they are of.</summary>
    public required int Entities { get; init; }

    /// <summary>The inputs, in the order of the windows.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The outputs that have labels.</summary>
    public required IReadOnlyList<OutputReport> Outputs { get; init; }

    /// <summary>Returns the report with more figures of its outputs.</summary>
    /// <param name="scorers">The outputs.</param>
    /// <param name="add">Adds figures to an output.</param>
    public EvaluationReport With(IEnumerable<OutputScorer> scorers, Func<OutputReport, OutputScorer, OutputReport> add)
        => this with { Outputs = [.. Outputs.Select(o => add(o, scorers.Single(s => s.Output == o.Output)))] };

    /// <summary>Writes the report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Form);
}

/// <summary>How good one output is.</summary>
public sealed record OutputReport
{
    /// <summary>Name of the output.</summary>
    public required string Output { get; init; }

    /// <summary>What it gives: <c>label</c>, <c>labels</c> or <c>values</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The figure by which sets of inputs are compared: <c>accuracy</c>, <c>f1</c> or <c>rmse</c>.</summary>
    public required string Figure { get; init; }

    /// <summary>Windows with a label of this output.</summary>
    public required int Windows { get; init; }

    /// <summary>The figure over all of them.</summary>
    public required double Value { get; init; }

    /// <summary>The mean loss: cross-entropy in nats, or the mean squared error.</summary>
    public required double Loss { get; init; }

    /// <summary>The calibration of the probabilities; null for values.</summary>
    public Calibration? Calibration { get; init; }

    /// <summary>Precision and recall of each label; null for values.</summary>
    public IReadOnlyList<LabelFigures>? Labels { get; init; }

    /// <summary>Windows by true and answered label, where there are some; null unless one label is right.</summary>
    public IReadOnlyList<ConfusionCell>? Confusion { get; init; }

    /// <summary>Errors of each number; null unless the output gives values.</summary>
    public IReadOnlyList<ValueFigures>? Values { get; init; }

    /// <summary>The figure with each set of inputs, the others masked: all inputs first.</summary>
    public required IReadOnlyList<InputsFigure> Masked { get; init; }

    /// <summary>The figure by the inputs that the windows really have.</summary>
    public required IReadOnlyList<InputsFigure> Present { get; init; }

    /// <summary>The windows of the greatest loss, the worst first.</summary>
    public required IReadOnlyList<WorstWindow> Worst { get; init; }

    /// <summary>Simple models on the same windows; null where none was asked for.</summary>
    public IReadOnlyList<BaselineFigure>? Baselines { get; init; }

    /// <summary>The comparison with another model; null where none was asked for.</summary>
    public ModelComparison? Against { get; init; }
}
