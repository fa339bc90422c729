namespace StreamPerceiver.Outputs.Values;

/// <summary>The numbers of a regression, in the units of its training data.</summary>
/// <param name="Name">The model output.</param>
public sealed record ValuesOutput(string Name) : OutputSpec(Name)
{
    /// <summary>The kind's name.</summary>
    internal const string Kind = "values";

    /// <summary>Reads the section of the pipeline file.</summary>
    internal static OutputSpec Read(OutputSection section) => new ValuesOutput(section.Name);

    internal override IEnumerable<string> Problems(OutputShape shape) => shape is ValuesShape ? [] : [WrongKind(Kind, shape)];

    internal override OutputReading Read(OutputShape shape, float[] numbers) => new ValuesReading(Name, (ValuesShape)shape, numbers);
}

/// <summary>An array of numbers of a regression.</summary>
/// <param name="Shape">Sizes of its array, the last one fastest.</param>
public sealed record ValuesShape(IReadOnlyList<int> Shape) : OutputShape(ValuesOutput.Kind, Shape.Aggregate(1, (product, size) => checked(product * size)))
{
    /// <summary>Most numbers that a prediction holds of one output: more would make it a record of megabytes.</summary>
    public const int MostNumbers = 4096;

    /// <summary>Names along the last axis; null (default) where it has none.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Units along the last axis; null (default) where it has none.</summary>
    public IReadOnlyList<string>? Units { get; init; }

    /// <summary>Means of the training data along the last axis; null (default) where the numbers are in their units already.</summary>
    public IReadOnlyList<float>? Means { get; init; }

    /// <summary>Standard deviations of the training data along the last axis; null (default) where there are no means.</summary>
    public IReadOnlyList<float>? Deviations { get; init; }

    /// <inheritdoc/>
    public override float[] ToUnits(float[] numbers) => Means is { } means && Deviations is { } deviations
        ? [.. numbers.Select((number, i) => number * deviations[i % deviations.Count] + means[i % means.Count])]
        : numbers;
}
