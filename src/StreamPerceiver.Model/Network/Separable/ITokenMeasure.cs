using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Computes the layer norm's statistics of tokens from their features. Sums of the other channels are known for each place of the grid.</summary>
internal interface ITokenMeasure : IDisposable
{
    /// <summary>Computes inverse deviations and means of all tokens, (B, M_m) each. A deviation is NaN beyond <see cref="NormLimits.Most"/>.</summary>
    (Tensor Deviations, Tensor Means) Measure(TokenParts parts);
}
