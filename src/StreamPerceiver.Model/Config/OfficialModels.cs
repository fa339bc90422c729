namespace StreamPerceiver.Model;

/// <summary>
/// The configurations of the six checkpoints that DeepMind published with Perceiver IO (arXiv:2107.14795), by their names on the Hugging Face Hub.
/// </summary>
public static class OfficialModels
{
    private const string Image =
        "\"num_latents\": 512, \"d_latents\": 1024, \"num_blocks\": 8, \"num_self_attends_per_block\": 6, "
        + "\"num_cross_attention_heads\": 1, \"num_labels\": 1000";

    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["language-perceiver"] =
            """
            {
              "architectures": ["PerceiverForMaskedLM"], "num_latents": 256, "d_latents": 1280, "d_model": 768, "num_blocks": 1,
              "num_self_attends_per_block": 26, "qk_channels": 256, "v_channels": 1280
            }
            """,
        ["vision-perceiver-learned"] = $$"""{ "architectures": ["PerceiverForImageClassificationLearned"], "image_size": 224, {{Image}} }""",
        ["vision-perceiver-fourier"] = $$"""{ "architectures": ["PerceiverForImageClassificationFourier"], {{Image}} }""",
        ["vision-perceiver-conv"] = $$"""{ "architectures": ["PerceiverForImageClassificationConvProcessing"], {{Image}} }""",
        ["optical-flow-perceiver"] =
            """
            {
              "architectures": ["PerceiverForOpticalFlow"], "num_latents": 2048, "d_latents": 512, "num_blocks": 1, "num_self_attends_per_block": 24,
              "num_self_attention_heads": 16, "num_cross_attention_heads": 1
            }
            """,
        ["multimodal-perceiver"] =
            """
            {
              "architectures": ["PerceiverForMultimodalAutoencoding"], "num_latents": 784, "d_latents": 512, "num_blocks": 1,
              "num_self_attends_per_block": 8, "num_cross_attention_heads": 1, "num_labels": 700
            }
            """,
    };

    /// <summary>The names of the models.</summary>
    public static IReadOnlyCollection<string> Names => Texts.Keys;

    /// <summary>Returns the configuration of a model.</summary>
    /// <exception cref="ConfigException">No official model has that name.</exception>
    public static PerceiverConfig Get(string name) => Texts.TryGetValue(name, out string? text)
        ? ConfigFile.Parse(text, name)
        : throw new ConfigException("official models", [$"'{name}' is not an official model, expected one of {string.Join(", ", Names)}"]);
}
