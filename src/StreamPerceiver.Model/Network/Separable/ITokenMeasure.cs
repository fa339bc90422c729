using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Measures tokens for their layer norm. Only their features are at hand; sums of the rest are known from their places.</summary>
internal interface ITokenMeasure : IDisposable
{
    /// <summary>Computes inverse deviations and means of all tokens, (B, M_m) each; not a number beyond <see cref="NormLimits.Most"/>.</summary>
    (Tensor Deviations, Tensor Means) Measure(TokenParts parts);
}
