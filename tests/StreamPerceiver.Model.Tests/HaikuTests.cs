using System.Text;

using Xunit.Abstractions;

namespace StreamPerceiver.Model.Tests;

public sealed class HaikuTests(ITestOutputHelper log) : IDisposable
{
    private const string Convnet = "perceiver.input_preprocessor.convnet.";

    private readonly Some.TemporaryDirectory _directory = Some.Directory();

    public void Dispose() => _directory.Dispose();

    // Made with CPython 3.11 and NumPy 1.24, where the names of haiku and jax stood for stand-ins that reduce as the originals do. The n-th
    // array, from 1, counts up from 100 n. flat2, flat3: haiku's FlatMapping; jax3: jax arrays; plain5: params and state in one dictionary.
    [Theory]
    [InlineData("flat2")]
    [InlineData("flat3")]
    [InlineData("jax3")]
    [InlineData("plain5")]
    public void Arrays_come_out_in_the_layout_of_Hugging_Face(string name)
    {
        Dictionary<string, SafeTensor> read = HaikuFile.Read(Golden.PathOf($"haiku/{name}.pystate")).ToDictionary(t => t.Name);

        read.Keys.ShouldBe(
        [
            "perceiver.embeddings.latents",
            "perceiver.encoder.self_attends.0.attention.self.layernorm1.weight", "perceiver.encoder.self_attends.0.attention.self.layernorm1.bias",
            "perceiver.encoder.self_attends.0.attention.self.key.weight", "perceiver.encoder.self_attends.0.attention.self.key.bias",
            "perceiver.encoder.self_attends.1.layernorm.weight", "perceiver.encoder.self_attends.1.layernorm.bias",
            Convnet + "conv.weight", Convnet + "batchnorm.weight", Convnet + "batchnorm.bias",
            "perceiver.input_preprocessor.embeddings.weight",
            Convnet + "batchnorm.running_mean", Convnet + "batchnorm.running_var",
        ]);
        Has(read["perceiver.embeddings.latents"], [2, 3], i => 100 + (3 * i[0]) + i[1]);
        Has(read["perceiver.encoder.self_attends.0.attention.self.layernorm1.bias"], [3], i => 300 + i[0]);
        Has(read["perceiver.encoder.self_attends.0.attention.self.key.weight"], [4, 3], i => 400 + (4 * i[1]) + i[0]);
        Has(read["perceiver.encoder.self_attends.0.attention.self.key.bias"], [4], i => 500 + i[0]);
        Has(read["perceiver.encoder.self_attends.1.layernorm.weight"], [3], i => 600 + i[0]);

        // Stored as height 2, width 3, in 4, out 5.
        Has(read[Convnet + "conv.weight"], [5, 4, 3, 2], i => 800 + (60 * i[3]) + (20 * i[2]) + (5 * i[1]) + i[0]);
        Has(read[Convnet + "batchnorm.weight"], [5], i => 900 + i[0]);
        Has(read["perceiver.input_preprocessor.embeddings.weight"], [4, 3], i => 1100 + (3 * i[0]) + i[1]);
        Has(read[Convnet + "batchnorm.running_mean"], [5], i => 1300 + i[0]);
        Has(read[Convnet + "batchnorm.running_var"], [5], i => 1500 + i[0]);
    }

    [Theory]
    [InlineData("flat3", "data_structures\nFlatMapping", "data_structures\nFlatMap")]
    [InlineData("flat3", "numpy.core.", "numpy._core.")]
    [InlineData("jax3", "jax._src.array\n_reconstruct_array", "jax._src.device_array\nreconstruct_device_array")]
    public void Newer_and_older_versions_name_the_constructors_otherwise(string name, string here, string there)
    {
        string pickle = Encoding.Latin1.GetString(File.ReadAllBytes(Golden.PathOf($"haiku/{name}.pystate")));
        pickle.ShouldContain(here);
        File.WriteAllBytes(_directory.File("x"), Encoding.Latin1.GetBytes(pickle.Replace(here, there, StringComparison.Ordinal)));

        HaikuFile.Read(_directory.File("x")).Count.ShouldBe(13);
    }

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
    [InlineData("image_preprocessor/~_build_network_inputs/trainable_position_encoding/pos_embs", "perceiver.input_preprocessor.position_embeddings.position_embeddings")]
    [InlineData("image_preprocessor/~_build_network_inputs/position_encoding_projector/linear/w", "perceiver.input_preprocessor.positions_projection.weight")]
    [InlineData("image_preprocessor/patches_linear/w", "perceiver.input_preprocessor.conv_after_patches.weight")]
    [InlineData("flow_decoder/~/basic_decoder/cross_attention/attention/linear_3/w", "perceiver.decoder.decoder.decoding_cross_attention.attention.output.dense.weight")]
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

    [Fact]
    public void What_is_no_array_is_named()
    {
        File.WriteAllBytes(_directory.File("x"), [(byte)'}', .. "X\x05\0\0\0embed"u8, (byte)'}', .. "X\x0A\0\0\0embeddings"u8, .. "K\x03ss."u8]);

        Should.Throw<CheckpointException>(() => HaikuFile.Read(_directory.File("x"))).Message
            .ShouldContain("'embed/embeddings' is an integer: expected a little-endian array of <f2, <f4");
    }

    [Fact]
    public void A_pickle_of_torch_is_refused_by_its_first_name()
    {
        File.WriteAllBytes(_directory.File("x"), new TinyPickle().Tensor("w").ToArray());

        Should.Throw<CheckpointException>(() => HaikuFile.Read(_directory.File("x"))).Message
            .ShouldContain("refers to 'torch._utils._rebuild_tensor_v2', which is not among the constructors of tensors: nothing was run");
    }

    [Theory]
    [InlineData("flat2")]
    [InlineData("jax3")]
    [InlineData("plain5")]
    public void A_file_with_a_byte_changed_is_read_or_refused_and_nothing_worse(string name)
    {
        byte[] whole = File.ReadAllBytes(Golden.PathOf($"haiku/{name}.pystate"));
        for (int place = 0; place < whole.Length; place++)
        {
            byte[] changed = [.. whole];
            changed[place] ^= (byte)(1 << (place % 8));
            File.WriteAllBytes(_directory.File("changed"), changed);
            try
            {
                HaikuFile.Read(_directory.File("changed"));
            }
            catch (CheckpointException)
            {
            }
        }
    }

    private static void Has(SafeTensor tensor, long[] shape, Func<long[], long> value)
    {
        tensor.Type.ShouldBe(SafeTensorType.F32);
        tensor.Shape.ShouldBe(shape, tensor.Name);
        float[] values = tensor.ToFloats();
        for (int flat = 0; flat < values.Length; flat++)
        {
            long[] index = new long[shape.Length];
            long rest = flat;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
                (rest, index[axis]) = Math.DivRem(rest, shape[axis]);
            values[flat].ShouldBe(value(index), tensor.Name);
        }
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
