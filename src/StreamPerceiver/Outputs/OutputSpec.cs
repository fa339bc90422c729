namespace StreamPerceiver.Outputs;

/// <summary>
/// One published output of a pipeline: its section of the pipeline file, what it needs of the model, and how the model's numbers are read. A kind of
/// output is one folder beside this file; the stages know this type alone.
/// </summary>
/// <param name="Name">The model output that it publishes.</param>
public abstract record OutputSpec(string Name)
{
    /// <summary>Checks that the output fits what the model gives. Each problem begins with what is wrong, as in <c>topK is 9, expected at most 5</c>.</summary>
    /// <param name="shape">What the model gives of this output.</param>
    internal abstract IEnumerable<string> Problems(OutputShape shape);

    /// <summary>Reads the model's numbers of one window. <see cref="Problems"/> has found none before.</summary>
    /// <param name="shape">What the model gives of this output.</param>
    /// <param name="numbers">As many as <see cref="OutputShape.Numbers"/>.</param>
    internal abstract OutputReading Read(OutputShape shape, float[] numbers);

    /// <summary>Describes the problem that the model gives another kind of output than the pipeline publishes.</summary>
    private protected static string WrongKind(string asked, OutputShape shape) => $"type is {asked}, expected {shape.Kind}, which the model gives";
}
