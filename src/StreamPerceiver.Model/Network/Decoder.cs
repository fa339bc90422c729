using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Output queries gather from the latents (arXiv:2107.14795, section 3.2): one head, no mask, then a linear layer.</summary>
internal sealed class Decoder
{
    private readonly TransformerLayer _cross;
    private readonly Linear _final;

    /// <param name="config">Sizes.</param>
    /// <param name="weights">At "perceiver.".</param>
    public Decoder(PerceiverConfig config, WeightScope weights)
    {
        WeightScope decoder = weights.At("decoder").At("decoder");

        // Hugging Face's decoders bring their own settings: one head, and the query added only where one trained query asks for one label.
        _cross = TransformerLayer.Cross(decoder.At("decoding_cross_attention"), heads: 1, queryResidual: !config.IsMultimodal);
        _final = new Linear(decoder.At("final_layer"));
    }

    /// <summary>Answers (B, O, K) to queries (B, O, E) from latents (B, N, D).</summary>
    public Tensor Forward(Tensor queries, Tensor latents) =>
        _final.Forward(_cross.Forward(queries, latents));                   // (B, O, K)
}
