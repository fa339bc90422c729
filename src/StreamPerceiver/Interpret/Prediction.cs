using StreamPerceiver.Flow;
using StreamPerceiver.Infer;

namespace StreamPerceiver.Interpret;

/// <summary>What is published of one window.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Header">The window.</param>
/// <param name="Model">The weights.</param>
/// <param name="Outputs">Per output, the likeliest labels first.</param>
public sealed record Prediction(string Pipeline, WindowHeader Header, ModelIdentity Model, IReadOnlyList<LabelledOutput> Outputs)
{
    /// <summary><c>pipeline/entity/window end in nanoseconds</c>: the same window has the same id in every run, so doubles can be dropped.</summary>
    public string Id => $"{Pipeline}/{Header.Entity}/{Header.End.Nanoseconds}";
}

/// <summary>One output's labels.</summary>
/// <param name="Name">The model output.</param>
/// <param name="Labels">Labels with probabilities, the likeliest first.</param>
public sealed record LabelledOutput(string Name, IReadOnlyList<(string Label, float Probability)> Labels);
