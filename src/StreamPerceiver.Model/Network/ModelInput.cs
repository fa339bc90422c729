using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>What a call brings for one input.</summary>
/// <param name="Content">
/// Content, float32 (B, M, Cx): patches, samples, steps, ids, entities, points or a one-hot row; finite unless masked. Where a convolution makes
/// the tokens, M counts pixels here.
/// </param>
/// <param name="Mask">
/// (B, M), any number type: 0 hides a token, anything else keeps it; null (default) keeps all. Hidden content has no effect. Where a convolution
/// makes the tokens, it may count pixels, of which a token is hidden when all are, or tokens.
/// </param>
/// <param name="Grid">Sizes of the axes of M, slowest first; null (default) takes the configured ones. Fourier positions stretch over any grid.</param>
public sealed record ModelInput(Tensor Content, Tensor? Mask = null, IReadOnlyList<int>? Grid = null);

/// <summary>What a call brings for one input, in arrays.</summary>
/// <param name="Content">Content tokens (B, M, Cx), row-major, at the configured grid.</param>
/// <param name="Mask">(B, M): 0 hides a token, anything else keeps it; empty (default) keeps all.</param>
public readonly record struct ArrayInput(ReadOnlyMemory<float> Content, ReadOnlyMemory<byte> Mask = default);
