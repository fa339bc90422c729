using System.Text.Json;
using StreamPerceiver.Flow;
using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Outputs.Embedding;

/// <summary>The numbers of an output as one vector.</summary>
/// <param name="Name">The model output.</param>
/// <param name="IsNormalised">Whether the vector is divided by its Euclidean length. A vector of zeros stays as it is.</param>
public sealed record EmbeddingOutput(string Name, bool IsNormalised) : OutputSpec(Name)
{
    /// <summary>The kind, which publishes arrays of numbers as a vector.</summary>
    internal static OutputKind Embeddings { get; } = new("embedding", Read, shape => shape is ValuesShape);

    internal override OutputKind Kind => Embeddings;

    internal override OutputReading Read(OutputShape answer, float[] numbers, WindowHeader window)
        => new EmbeddingReading(Name, IsNormalised ? Vectors.Normalise(numbers) : numbers);

    internal override ObjectType Describe(OutputShape answer) => new([new(11, "embedding", ListType.Numbers(answer.Numbers), "One vector.")]);

    private protected override IEnumerable<string> AnswerProblems(OutputShape answer) => SizeProblems(answer, MostNumbers);

    private static EmbeddingOutput Read(OutputSection section) => new(section.Name, section.Flag("normalise"));
}

/// <summary>A vector that stands for the window.</summary>
/// <param name="Name">The model output.</param>
/// <param name="Vector">Its numbers.</param>
public sealed record EmbeddingReading(string Name, IReadOnlyList<float> Vector) : OutputReading(Name)
{
    internal override void WriteMembers(Utf8JsonWriter json) => WriteNumbers(json, "embedding", Vector);
}
