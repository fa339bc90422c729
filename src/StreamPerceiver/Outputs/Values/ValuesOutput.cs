using StreamPerceiver.Flow;

namespace StreamPerceiver.Outputs.Values;

/// <summary>The numbers of an output in the prediction, in the units of the training data.</summary>
/// <param name="Name">The model output.</param>
public sealed record ValuesOutput(string Name) : OutputSpec(Name)
{
    /// <summary>The kind, which publishes arrays of numbers.</summary>
    internal static OutputKind Values { get; } = new("values", Read, shape => shape is ValuesShape or DenseShape or ElementsShape { AreEmbeddings: false });

    /// <summary>The time from one row of the numbers to the next, in nanoseconds, where rows are future steps; null (default) where they are not.</summary>
    public long? StepNs { get; init; }

    internal override OutputKind Kind => Values;

    internal override OutputReading Read(OutputShape answer, float[] numbers, WindowHeader window)
        => new ValuesReading(Name, answer, numbers) { Steps = StepNs is { } step ? (window.End, step) : null };

    private protected override IEnumerable<string> AnswerProblems(OutputShape answer)
    {
        foreach (string problem in SizeProblems(answer, MostNumbers)) yield return problem;
        if (StepNs is not null && answer is not ValuesShape { Sizes.Count: 2 })
            yield return "stepMs is given, expected none: the output has no rows of future steps";
    }

    private static ValuesOutput Read(OutputSection section) => new(section.Name)
    {
        Points = PointChoice.Read(section),
        StepNs = section.Number("stepMs") is { } ms ? ms * EventTime.PerMillisecond : null,
    };
}
