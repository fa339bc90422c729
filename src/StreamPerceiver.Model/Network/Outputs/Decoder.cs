using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// Cross-attention of output queries to the latents (arXiv:2107.14795, section 3.2). A linear layer follows in the decoder that outputs share.
/// </summary>
internal sealed class Decoder
{
    private Decoder(TransformerLayer cross, Linear? final) => (Cross, Final) = (cross, final);

    /// <summary>The cross-attention and its MLP.</summary>
    public TransformerLayer Cross { get; }

    /// <summary>The last layer of the shared decoder; null in an output's own decoder.</summary>
    public Linear? Final { get; }

    /// <summary>Makes the decoder that outputs share. Its answers have K channels.</summary>
    public static Decoder Shared(WeightScope weights) => new(MakeCross(weights, new DecoderConfig()), Linear.FromStored(weights.At("final_layer")));

    /// <summary>Makes an output's own decoder. Its answers are as wide as its queries.</summary>
    public static Decoder Own(WeightScope weights, DecoderConfig config) => new(MakeCross(weights, config), null);

    /// <summary>Projects latents (B, N, D) to keys and values, which serve all queries of a call.</summary>
    public KeyValues ProjectKeys(Tensor latents) => Cross.ProjectKeys(latents);

    /// <summary>Computes answers (B, n, K) from the attention's result with its residual, (B, n, E).</summary>
    public Tensor Answer(Tensor h)
    {
        Tensor answers = h.add(Cross.Narrow.Forward(Cross.Hidden(h)), Scalars.One); // (B, n, E)
        return Final?.Forward(answers) ?? answers;                          // (B, n, K)
    }

    private static TransformerLayer MakeCross(WeightScope weights, DecoderConfig config) =>
        TransformerLayer.Cross(weights.At("decoding_cross_attention"), config.Heads, config.QueryResidual);
}
