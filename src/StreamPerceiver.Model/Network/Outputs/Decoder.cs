using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Output queries gather from the latents (arXiv:2107.14795, section 3.2), without a mask; where outputs share the decoder, a linear layer follows.</summary>
internal sealed class Decoder
{
    private Decoder(TransformerLayer cross, Linear? final) => (Cross, Final) = (cross, final);

    /// <summary>The attention.</summary>
    public TransformerLayer Cross { get; }

    /// <summary>The linear layer behind a shared one.</summary>
    public Linear? Final { get; }

    /// <summary>The decoder that outputs share; its answers have K channels.</summary>
    public static Decoder Shared(WeightScope weights) => new(CrossOf(weights, new DecoderConfig()), Linear.FromStored(weights.At("final_layer")));

    /// <summary>An output's own decoder; its answers are as wide as its queries, and the output's head reads them.</summary>
    public static Decoder Own(WeightScope weights, DecoderConfig config) => new(CrossOf(weights, config), null);

    /// <summary>What every call's queries are held against: keys and values of latents (B, N, D).</summary>
    public KeyValues KeysOf(Tensor latents) => Cross.KeysOf(latents);

    /// <summary>Answers (B, n, K) to what queries attended to, with the queries where they are added, (B, n, E).</summary>
    public Tensor Answer(Tensor h)
    {
        Tensor answers = h.add(Cross.Narrow.Forward(Cross.Hidden(h)), Scalars.One); // (B, n, E)
        return Final?.Forward(answers) ?? answers;                          // (B, n, K)
    }

    private static TransformerLayer CrossOf(WeightScope weights, DecoderConfig config) =>
        TransformerLayer.Cross(weights.At("decoding_cross_attention"), config.Heads, config.QueryResidual);
}
