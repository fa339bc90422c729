using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>What a cross-attention with constant queries is made of, in float32.</summary>
/// <param name="Queries">(N, qk).</param>
/// <param name="Norm">The tokens' layer norm.</param>
/// <param name="Key">Weight of the keys, (qk, C). Their bias adds the same to all of a latent's scores, which the softmax does not see.</param>
/// <param name="Value">Weight of the values, (v, C).</param>
/// <param name="ValueBias">(v).</param>
/// <param name="Heads">Heads H.</param>
internal sealed record SeparableWeights(Tensor Queries, LayerNorm Norm, Tensor Key, Tensor Value, Tensor ValueBias, int Heads);
