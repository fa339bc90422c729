using StreamPerceiver.Infer;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Interpret;

/// <summary>Stage 7: a model's numbers to what is published of them.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="model">The weights.</param>
/// <param name="outputs">The published outputs, in the order in which predictions have them.</param>
/// <param name="shapes">What the model gives, by output.</param>
public sealed class Interpreter(
    string pipeline, ModelIdentity model, IReadOnlyList<OutputSpec> outputs, IReadOnlyDictionary<string, OutputShape> shapes)
{
    /// <summary>Makes the prediction of a window.</summary>
    public Prediction Interpret(ModelOutput output)
        => new(pipeline, output.Header, model, [.. outputs.Select(o => o.Read(shapes[o.Name], output.Outputs[o.Name]))]);
}
