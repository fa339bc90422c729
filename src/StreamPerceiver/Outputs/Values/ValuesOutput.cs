using StreamPerceiver.Flow;
using StreamPerceiver.Schemas.Members;

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

    internal override ObjectType Describe(OutputShape answer)
    {
        var named = answer as ValuesShape;
        List<Member> members = StepNs is not null ? [DescribeSeries(answer)] :
        [
            new(2, "shape", ListType.OnlySizes(answer.Sizes), "Sizes of the array of values, the last one fastest."),
            new(3, "values", ListType.Numbers(answer.Numbers), "The numbers, in the units of the training data."),
        ];
        if (named?.Names is { } names) members.Add(new(4, "names", ListType.OnlyTexts(names), "Names along the last axis."));
        if (named?.Units is { } units) members.Add(new(5, "units", ListType.OnlyTexts(units), "Units along the last axis."));
        return new ObjectType(members);
    }

    private static Member DescribeSeries(OutputShape answer)
    {
        var step = new ObjectType(
        [
            new(1, "time", new TextType(), "Time of the step, RFC 3339."),
            new(2, "values", ListType.Numbers(answer.Sizes[^1]), "The numbers of the step, in the units of the training data."),
        ]);
        return new(6, "series", new ListType(step) { Least = answer.Sizes[0], Most = answer.Sizes[0] }, "Future steps, in their order.");
    }

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
