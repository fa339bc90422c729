using StreamPerceiver.Formats;
using Xunit.Abstractions;

namespace StreamPerceiver.Model.Tests;

public sealed class HaikuNamesTests(ITestOutputHelper log)
{
    [Fact]
    public void All_names_of_a_classifier_are_known()
    {
        Dictionary<string, long[]> expected = new Golden("D", log).KeyShapes();

        Dictionary<string, NpyArray> haiku = Network("perceiver_encoder", "classification_decoder");
        haiku["classification_decoder/~/basic_decoder/~/trainable_position_encoding/pos_embs"] = One();

        Keys(haiku).ShouldBe(expected.Keys, ignoreOrder: true);
    }

    [Fact]
    public void All_names_of_the_multimodal_model_are_known()
    {
        Dictionary<string, long[]> expected = new Golden("G", log).KeyShapes();

        Dictionary<string, NpyArray> haiku = Network("encoder", "multimodal_decoder");
        haiku["classification_decoder/~/basic_decoder/~/trainable_position_encoding/pos_embs"] = One();
        foreach (string modality in new[] { "audio", "image", "label" })
        {
            haiku[$"multimodal_preprocessor/{modality}_padding/pos_embs"] = One();
            haiku[$"multimodal_preprocessor/{modality}_mask_token/pos_embs"] = One();
            haiku[$"multimodal_decoder/~decoder_query/{modality}_padding/pos_embs"] = One();
        }

        foreach (string postprocessor in new[] { "audio", "projection", "classification" })
            AddLinear(haiku, $"{postprocessor}_postprocessor/linear");
        Keys(haiku).ShouldBe(expected.Keys, ignoreOrder: true);
    }

    [Theory]
    [InlineData("trainable_position_encoding/pos_embs", "perceiver.input_preprocessor.position_embeddings.weight")]
    [InlineData("basic_decoder/~/trainable_position_encoding/pos_embs", "perceiver.decoder.output_position_encodings.position_embeddings")]
    [InlineData("basic_decoder/cross_attention/layer_norm_1/scale", "perceiver.decoder.decoding_cross_attention.attention.self.layernorm2.weight")]
    [InlineData("basic_decoder/cross_attention/layer_norm_2/offset", "perceiver.decoder.decoding_cross_attention.layernorm.bias")]
    [InlineData("embedding_decoder/bias", "embedding_decoder.bias")]
    [InlineData("perceiver_encoder/~/self_attention_25/mlp/linear_1/b", "perceiver.encoder.self_attends.25.mlp.dense2.bias")]
    [InlineData("image_preprocessor/~/conv2_d/b", "perceiver.input_preprocessor.convnet_1x1.bias")]
    [InlineData("image_preprocessor/~_build_network_inputs/trainable_position_encoding/pos_embs",
        "perceiver.input_preprocessor.position_embeddings.position_embeddings")]
    [InlineData("image_preprocessor/~_build_network_inputs/position_encoding_projector/linear/w", "perceiver.input_preprocessor.positions_projection.weight")]
    [InlineData("image_preprocessor/patches_linear/w", "perceiver.input_preprocessor.conv_after_patches.weight")]
    [InlineData("flow_decoder/~/basic_decoder/cross_attention/attention/linear_3/w",
        "perceiver.decoder.decoder.decoding_cross_attention.attention.output.dense.weight")]
    [InlineData("flow_decoder/~/basic_decoder/output/b", "perceiver.decoder.decoder.final_layer.bias")]
    public void Names_of_the_other_models_are_known(string haiku, string key) => Keys(new Dictionary<string, NpyArray> { [haiku] = One() }).ShouldBe([key]);

    [Fact]
    public void Everything_unknown_is_named_at_once()
    {
        Dictionary<string, NpyArray> arrays = new()
        {
            ["stranger/w"] = One(),
            ["perceiver_encoder/~/self_attention_x/layer_norm/scale"] = One(),
            ["perceiver_encoder/~/self_attention/layer_norm_2/scale"] = One(),
            ["embed/w"] = One(),
            ["embedding_decoder/bias"] = NpyArray.FromLongs([1], [1]),
            ["encoder/~/trainable_position_encoding/pos_embs"] = One(),
            ["perceiver_encoder/~/trainable_position_encoding/pos_embs"] = One(),
        };

        Should.Throw<CheckpointException>(() => Keys(arrays)).Problems.ShouldBe(
        [
            "'stranger/w' F32 [1, 1] is the name of no tensor of a Perceiver",
            "'perceiver_encoder/~/self_attention_x/layer_norm/scale' F32 [1, 1] is the name of no tensor of a Perceiver",
            "'perceiver_encoder/~/self_attention/layer_norm_2/scale' F32 [1, 1] is the name of no tensor of a Perceiver",
            "'embed/w' F32 [1, 1] is the name of no tensor of a Perceiver",
            "'embedding_decoder/bias' holds I64: a weight must be F32 or F16",
            "'perceiver_encoder/~/trainable_position_encoding/pos_embs' is 'perceiver.embeddings.latents', which another tensor is already",
        ]);
    }

    private static NpyArray One() => NpyArray.FromFloats([1, 1], [0]);

    private static IEnumerable<string> Keys(Dictionary<string, NpyArray> arrays) => HaikuNames.Map("x", [.. arrays]).Select(t => t.Name);

    // Latents, one cross-attention, two self-attentions, and a decoder of one cross-attention and a final layer.
    private static Dictionary<string, NpyArray> Network(string encoder, string decoder)
    {
        Dictionary<string, NpyArray> arrays = new() { [$"{encoder}/~/trainable_position_encoding/pos_embs"] = One() };
        AddAttention(arrays, $"{encoder}/~/cross_attention", 3);
        AddAttention(arrays, $"{encoder}/~/self_attention", 2);
        AddAttention(arrays, $"{encoder}/~/self_attention_1", 2);
        AddAttention(arrays, $"{decoder}/~/basic_decoder/cross_attention", 3);
        AddLinear(arrays, $"{decoder}/~/basic_decoder/output");
        return arrays;
    }

    private static void AddAttention(Dictionary<string, NpyArray> arrays, string name, int norms)
    {
        for (int i = 0; i < norms; i++)
        {
            arrays[$"{name}/{Numbered("layer_norm", i)}/scale"] = One();
            arrays[$"{name}/{Numbered("layer_norm", i)}/offset"] = One();
        }

        for (int i = 0; i < 4; i++)
            AddLinear(arrays, $"{name}/attention/{Numbered("linear", i)}");
        for (int i = 0; i < 2; i++)
            AddLinear(arrays, $"{name}/mlp/{Numbered("linear", i)}");
    }

    private static string Numbered(string name, int i) => i == 0 ? name : $"{name}_{i}";

    private static void AddLinear(Dictionary<string, NpyArray> arrays, string name)
    {
        arrays[$"{name}/w"] = One();
        arrays[$"{name}/b"] = One();
    }
}
