using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>One input of a call.</summary>
/// <param name="Content">
/// Content, float32 (B, M, Cx): patches, samples, steps, ids, entities, points or a one-hot row; finite unless masked. For an input with a
/// convolution, M counts pixels here.
/// </param>
/// <param name="Mask">
/// (B, M), any number type: 0 hides a token, any other number keeps the token; null (default) keeps all. Hidden content has no effect. For an input
/// with a convolution, the mask may cover pixels or tokens. A token is hidden when all its pixels are.
/// </param>
/// <param name="Grid">Sizes of the axes of M, slowest first; null (default) takes the configured sizes. Fourier positions fit any grid.</param>
public sealed record ModelInput(Tensor Content, Tensor? Mask = null, IReadOnlyList<int>? Grid = null);

/// <summary>One input of a call, in arrays.</summary>
/// <param name="Content">Content tokens (B, M, Cx), row-major, at the configured grid.</param>
/// <param name="Mask">(B, M): 0 hides a token, any other number keeps the token; empty (default) keeps all.</param>
public readonly record struct ArrayInput(ReadOnlyMemory<float> Content, ReadOnlyMemory<byte> Mask = default);
