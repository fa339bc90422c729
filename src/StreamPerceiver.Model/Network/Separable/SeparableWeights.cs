using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>The weights of a cross-attention with constant queries, in float32.</summary>
/// <param name="Queries">Projected queries, (N, qk).</param>
/// <param name="Norm">The tokens' layer norm.</param>
/// <param name="Key">Weight of the keys, (qk, C). The bias of the keys has no effect: it adds one number to all scores of a latent.</param>
/// <param name="Value">Weight of the values, (v, C).</param>
/// <param name="ValueBias">Bias of the values, (v).</param>
/// <param name="Heads">Heads H.</param>
internal sealed record SeparableWeights(Tensor Queries, LayerNorm Norm, Tensor Key, Tensor Value, Tensor ValueBias, int Heads);
