namespace StreamPerceiver.Model;

/// <summary>What a model reads of one window's tokens. The shares of a reader add up to 1 over all inputs, and a masked token has 0.</summary>
/// <param name="Latents">By input: the share of each token, (M_m), in what the latents read. All are 0 where every token is masked.</param>
/// <param name="Outputs">By output, then by input: the share of each token in what the output reads through the latents.</param>
/// <param name="Numbers">The outputs themselves, row-major, as <see cref="PerceiverModel.Decode"/> computes them.</param>
public sealed record AttentionReading(
    IReadOnlyDictionary<string, float[]> Latents, IReadOnlyDictionary<string, IReadOnlyDictionary<string, float[]>> Outputs,
    IReadOnlyDictionary<string, float[]> Numbers);
