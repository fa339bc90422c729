using StreamPerceiver.Infer;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Interpret;

/// <summary>Stage 7: turns the model's numbers for a window into a prediction.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="model">The name and version of the weights.</param>
/// <param name="outputs">The published outputs, in their order in a prediction.</param>
/// <param name="shapes">The shape of each output of the model, by name.</param>
public sealed class Interpreter(
    string pipeline, ModelIdentity model, IReadOnlyList<OutputSpec> outputs, IReadOnlyDictionary<string, OutputShape> shapes)
{
    /// <summary>Makes the prediction of a window.</summary>
    public Prediction Interpret(ModelOutput output)
        => new(pipeline, output.Header, model, [.. outputs.Select(o => o.Read(shapes[o.Name], output.Outputs[o.Name]))]);
}
