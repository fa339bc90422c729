using StreamPerceiver.Infer;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Interpret;

/// <summary>Stage 7: turns the model's numbers for a window into a prediction.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="model">The name and version of the weights.</param>
/// <param name="outputs">The published outputs, in their order in a prediction.</param>
/// <param name="questions">What is decoded of each of them, in the same order.</param>
public sealed class Interpreter(
    string pipeline, ModelIdentity model, IReadOnlyList<OutputSpec> outputs, IReadOnlyList<OutputQuestion> questions)
{
    /// <summary>Makes the prediction of a window.</summary>
    public Prediction Interpret(ModelOutput output)
        => new(pipeline, output.Header, model, [.. outputs.Zip(questions, (o, asked) => o.Read(asked.Answer, output.Outputs[o.Name], output.Header))]);
}
