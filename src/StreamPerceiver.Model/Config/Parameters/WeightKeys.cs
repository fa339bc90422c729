namespace StreamPerceiver.Model;

/// <summary>Key prefixes of the tensors of inputs and decoders: Hugging Face's names where they exist, else ours in the same pattern.</summary>
internal static class WeightKeys
{
    public const string Latents = "perceiver.embeddings.latents";

    private const string InEncoder = "perceiver.encoder";

    /// <summary>Prefix of the padding and mask vectors of joined inputs.</summary>
    public const string Joined = "perceiver.input_preprocessor";

    public static string Input(PerceiverConfig c, string name) => c.IsMultimodal ? $"{Joined}.modalities.{name}" : Joined;

    public static string CrossAttend(int i) => i == 0 ? $"{InEncoder}.cross_attention" : $"{InEncoder}.cross_attends.{i}";

    public static string SelfAttend(int i) => $"{InEncoder}.self_attends.{i}";

    /// <summary>Tells whether a tensor is of the latents, the inputs or the encoder: whether it does not depend on the outputs.</summary>
    public static bool IsOfEncoder(string key) => key == Latents
        || key.StartsWith($"{InEncoder}.", StringComparison.Ordinal) || key.StartsWith($"{Joined}.", StringComparison.Ordinal);

    /// <summary>Prefix of the decoder that outputs share.</summary>
    public const string SharedDecoder = "perceiver.decoder.decoder";

    public static string SharedQuery(string output) => $"perceiver.decoder.modalities.{output}.decoder";

    public const string SharedPadding = "perceiver.decoder.padding";

    public static string SharedHead(string output) => $"perceiver.output_postprocessor.modalities.{output}.classifier";

    public static string OwnDecoder(PerceiverConfig c, string output) => c.Architecture switch
    {
        PerceiverArchitecture.StreamPerceiver => $"perceiver.decoders.{output}",
        PerceiverArchitecture.MaskedLanguageModel => "perceiver.decoder",
        _ => SharedDecoder,
    };

    public static string EmbeddingDecoder(PerceiverConfig c, string output) =>
        c.IsMultimodal ? $"{OwnDecoder(c, output)}.embedding_decoder" : "embedding_decoder";
}
