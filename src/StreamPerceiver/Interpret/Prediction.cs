using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Interpret;

/// <summary>What is published of one window.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Header">The window.</param>
/// <param name="Model">The weights.</param>
/// <param name="Outputs">What is published of each output, in ordinal order of their names.</param>
public sealed record Prediction(string Pipeline, WindowHeader Header, ModelIdentity Model, IReadOnlyList<OutputReading> Outputs)
{
    /// <summary><c>pipeline/entity/window end in nanoseconds</c>: the same window has the same id in every run, so doubles can be dropped.</summary>
    public string Id => $"{Pipeline}/{Header.Entity}/{Header.End.Nanoseconds}";
}
