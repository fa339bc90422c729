using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Interpret;

/// <summary>The prediction of one window.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Header">The window.</param>
/// <param name="Model">The name and version of the weights.</param>
/// <param name="Outputs">The reading of each published output, in ordinal order of their names.</param>
public sealed record Prediction(string Pipeline, WindowHeader Header, ModelIdentity Model, IReadOnlyList<OutputReading> Outputs)
{
    /// <summary>The id, which is that of the window.</summary>
    public string Id => Header.IdIn(Pipeline);
}
