using StreamPerceiver.Flow;
using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Outputs;

/// <summary>
/// One published output of a pipeline: its section of the pipeline file, what is decoded of the model's output, and how the numbers are read. A kind of
/// output is one folder beside this file; the stages know this type alone.
/// </summary>
/// <param name="Name">The model output that it publishes.</param>
public abstract record OutputSpec(string Name)
{
    /// <summary>Most numbers that a prediction holds of one array or vector: more would make it a record of megabytes.</summary>
    public const int MostNumbers = 4096;

    /// <summary>Which points of a dense output are decoded; null (default): all of them.</summary>
    public PointChoice? Points { get; init; }

    /// <summary>The topic of the output's records; null (default): the prediction has all that is published of it.</summary>
    public string? Topic { get; init; }

    /// <summary>The kind of the output.</summary>
    internal abstract OutputKind Kind { get; }

    /// <summary>
    /// Checks that the output fits what the model gives. Each problem begins with what is wrong, as in <c>topK is 9, expected at most 5</c>.
    /// <see cref="OutputKind.Takes"/> is true of the shape.
    /// </summary>
    /// <param name="shape">What the model gives of this output.</param>
    public IEnumerable<string> Problems(OutputShape shape)
    {
        string[] problems = [.. Points?.Problems(shape) ?? []];
        return problems.Length > 0 ? problems : AnswerProblems(Ask(shape).Answer);
    }

    /// <summary>Says what is decoded of the model's output. <see cref="Problems"/> has found none before.</summary>
    /// <param name="shape">What the model gives of this output.</param>
    public OutputQuestion Ask(OutputShape shape) => Points?.Ask(Name, (DenseShape)shape) ?? new OutputQuestion(Name, shape);

    /// <summary>Reads the numbers of one window.</summary>
    /// <param name="answer">What they are: the answer of <see cref="Ask"/>.</param>
    /// <param name="numbers">As many as the answer has.</param>
    /// <param name="window">The window.</param>
    internal abstract OutputReading Read(OutputShape answer, float[] numbers, WindowHeader window);

    /// <summary>
    /// Describes the members that a reading writes, in their order. Of all kinds, a number belongs to one name. <c>pipelines/prediction.schema.json</c> has
    /// the same members with the same descriptions.
    /// </summary>
    /// <param name="answer">What is decoded: the answer of <see cref="Ask"/>.</param>
    internal abstract ObjectType Describe(OutputShape answer);

    /// <summary>Estimates the bytes of the values of a window's records in the output's own topic (default: 0, there are none).</summary>
    /// <param name="answer">What is decoded: the answer of <see cref="Ask"/>.</param>
    internal virtual long PayloadBytes(OutputShape answer) => 0;

    /// <summary>Whether each window has one record, and <see cref="PayloadBytes"/> is the size of its value (default: no).</summary>
    internal virtual bool HasExactPayload => false;

    /// <summary>Checks that a prediction can hold all numbers of an output.</summary>
    private protected IEnumerable<string> SizeProblems(OutputShape answer, int most)
    {
        if (answer.Numbers > most) yield return $"type is {Kind.Name} of {answer.Numbers} numbers, expected at most {most} in a prediction";
    }

    /// <summary>Checks that the output fits what is decoded (default: it does).</summary>
    private protected virtual IEnumerable<string> AnswerProblems(OutputShape answer) => [];
}
