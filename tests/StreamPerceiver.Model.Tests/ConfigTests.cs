using FsCheck.Fluent;

namespace StreamPerceiver.Model.Tests;

public sealed class ConfigTests
{
    [Fact]
    public void A_hugging_face_classifier_is_read()
    {
        PerceiverConfig config = ConfigFile.Read(Golden.PathOf("D"));

        config.Architecture.ShouldBe(PerceiverArchitecture.ImageClassificationFourier);
        (config.NumLatents, config.DLatents, config.NumBlocks, config.NumSelfAttendsPerBlock).ShouldBe((4, 16, 2, 2));
        (config.NumSelfAttentionHeads, config.NumCrossAttentionHeads, config.QkChannels, config.UseQueryResidual).ShouldBe((2, 1, null, true));
        config.InputChannels.ShouldBe(261);
        ((ClassificationOutput)config.Outputs["label"]).Labels.ShouldBe(["LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3", "LABEL_4"]);
    }

    [Fact]
    public void Labels_come_in_the_order_of_their_numbers()
    {
        string names = string.Join(", ", Enumerable.Range(0, 12).Reverse().Select(i => $"\"{i}\": \"label {i}\""));

        PerceiverConfig config = ConfigFile.Parse($$"""{ {{Fourier}}, "id2label": { {{names}} } }""", "x");

        ((ClassificationOutput)config.Outputs["label"]).Labels.ShouldBe(Enumerable.Range(0, 12).Select(i => $"label {i}"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1048577)]
    [InlineData(int.MaxValue)]
    public void A_number_of_labels_out_of_range_is_refused(int labels)
        => Problems($$"""{ {{Fourier}}, "num_labels": {{labels}} }""")
            .ShouldBe([$"outputs.label.labels: count is {Math.Clamp(labels, 0, 1048577)}, expected 1 to 1048576"]);

    [Fact]
    public void A_key_that_hugging_face_does_not_read_is_ignored() =>
        ConfigFile.Parse($$"""{ {{Fourier}}, "hidden_dropout_prob": 0.1 }""", "x").NumLatents.ShouldBe(256);

    [Theory]
    [InlineData("\"PerceiverModel\"", "is 'PerceiverModel'")]
    [InlineData("", "is ''")]
    public void An_unsupported_class_is_refused_with_those_that_are_supported(string name, string fact)
    {
        string message = Should.Throw<ConfigException>(() => ConfigFile.Parse($$"""{ "architectures": [{{name}}] }""", "some/config.json")).Message;

        message.ShouldContain("some/config.json");
        message.ShouldContain($"architectures {fact}, expected one of PerceiverForImageClassificationConvProcessing, PerceiverForImageClassificationFourier, ");
    }

    [Fact]
    public void Settings_that_would_change_the_arithmetic_are_refused()
        => Problems($$"""{ {{Fourier}}, "hidden_act": "relu", "cross_attention_shape_for_attention": "k" }""").ShouldBe(
    [
        "hidden_act is \"relu\", expected \"gelu\"",
        "cross_attention_shape_for_attention is \"k\", expected \"kv\" or \"q\"",
    ]);

    [Fact]
    public void Our_own_file_is_read_with_its_defaults()
    {
        PerceiverConfig config = ConfigFile.Parse(
            """
            {
              "model_type": "stream_perceiver", "num_latents": 13, "d_latents": 24, "num_cross_attention_heads": 1,
              "inputs": {
                "camera": { "type": "video", "frames": 2, "height": 6, "width": 10, "patch_size": 2, "max_resolution": [2, 7, 11] },
                "mic": { "type": "audio", "samples": 48 },
                "imu": { "type": "series", "steps": 11, "channels": 5, "num_bands": 3, "max_resolution": 23 },
                "mode": { "type": "one_hot", "classes": 3 },
                "map": { "type": "image", "height": 5, "width": 7, "channels": 1 }
              },
              "outputs": {
                "activity": { "type": "classification", "labels": ["still", "walk"] },
                "place": { "type": "classification", "labels": ["in", "out", "?"], "query_channels": 19 }
              }
            }
            """,
            "x");

        config.Inputs.Keys.ShouldBe(["camera", "imu", "map", "mic", "mode"]);
        config.Inputs.Values.Select(i => i.Tokens).ShouldBe([2 * 3 * 5, 11, 5 * 7, 3, 1]);
        config.Inputs.Values.Select(i => i.ContentChannels).ShouldBe([12, 5, 1, 16, 3]);
        config.Inputs.Values.Select(i => i.TokenChannels).ShouldBe([12 + 387, 5 + 7, 1 + 258, 16 + 385, 3]);
        config.Outputs.Values.Select(o => (o.QueryChannels(config.Inputs), o.HeadChannels)).ShouldBe([(24, 2), (19, 3)]);
    }

    [Fact]
    public void Every_problem_of_our_own_file_is_named_at_once() => Problems(
        """
        {
          "model_type": "stream_perceiver", "d_latents": "wide", "num_latents": 0, "use_query_residual": 1, "num_heads": 3,
          "inputs": {
            "camera": { "type": "video", "height": 6, "width": 2.5, "patch_size": 2, "max_resolution": [1, 2], "fps": 25 },
            "lidar": { "type": "cloud" }
          },
          "outputs": { "Activity": { "type": "classification", "labels": "walk" } }
        }
        """).ShouldBe(
        [
            "d_latents is \"wide\", expected a whole number",
            "inputs.camera.frames is missing, expected a whole number",
            "inputs.camera.width is 2.5, expected a whole number",
            "inputs.camera.fps is not a known key, expected one of add_positions, channels, frames, frames_per_patch, height, linear_channels, "
            + "max_resolution, num_bands, "
            + "patch_size, stem_channels, stride, trained_positions, type, width",
            "inputs.lidar.type is \"cloud\", expected \"video\" or \"image\" or \"audio\" or \"series\" or \"one_hot\" or \"text\" or \"set\" or \"points\"",
            "outputs.Activity.labels is \"walk\", expected a list of texts",
            "use_query_residual is 1, expected true or false",
            "num_heads is not a known key, expected one of cross_attention_shape_for_attention, cross_attention_widening_factor, d_latents, "
            + "input_min_padding, inputs, model_type, num_blocks, num_cross_attends, num_cross_attention_heads, num_latents, "
            + "num_self_attends_per_block, num_self_attention_heads, output_num_channels, outputs, "
            + "qk_channels, self_attention_widening_factor, share_weights, use_query_residual, v_channels",
            "num_latents is 0, expected 1 to 1048576",
            "inputs.camera.max_resolution has 2 numbers, expected 3, one an axis",
            "outputs has the name 'Activity', expected lower-case letters, digits and underscores, as it is part of tensor names",
        ],
        ignoreOrder: true);

    [Fact]
    public void Sizes_that_clash_are_named_with_their_numbers()
    {
        PerceiverConfig config = Some.Config() with
        {
            NumSelfAttentionHeads = 3,
            NumCrossAttentionHeads = 2,
            VChannels = 51,
            Inputs = new Dictionary<string, InputConfig>
            {
                ["camera"] = new ImageInput { Height = 7, Width = 10, PatchSize = 2, NumBands = 3 },
                ["mic"] = new AudioInput { Samples = 31, NumBands = 7 },
            },
        };

        Should.Throw<ConfigException>(config.Validate).Problems.ShouldBe(
        [
            "inputs.camera.height is 7, expected a multiple of patch_size, 2",
            "inputs.mic.samples is 31, expected a multiple of samples_per_patch, 16",
            "d_latents is 34, expected a multiple of num_self_attention_heads, 3",
            "cross-attention qk_channels is 35, expected a multiple of num_cross_attention_heads, 2",
            "cross-attention v_channels is 51, expected a multiple of num_cross_attention_heads, 2",
            "self-attention qk_channels is 34, expected a multiple of num_self_attention_heads, 3",
            "self-attention v_channels is 51, expected d_latents, 34, to which the residual adds it",
        ],
        ignoreOrder: true);
        Should.Throw<ConfigException>(() => WeightRecipe.Make(config));
    }

    [Theory]
    [InlineData("""{ "model_type": "bert" }""", "model_type is \"bert\", expected \"perceiver\" or \"stream_perceiver\"")]
    [InlineData("[1]", "$ is [1], expected an object")]
    [InlineData("{", "not JSON")]
    [InlineData("""{ "num_latents": 1, "num_latents": 2 }""", "not JSON")]
    public void A_file_of_another_kind_is_refused(string json, string fact) => string.Join("\n", Problems(json)).ShouldContain(fact);

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        PerceiverConfig own = Some.Config() with { QkChannels = 68, VChannels = 34, UseQueryResidual = false };
        string multimodal = """
            { "architectures": ["PerceiverForMultimodalAutoencoding"], "num_cross_attention_heads": 1,
              "num_frames": 3, "image_size": 5, "samples_per_patch": 8 }
            """;
        foreach (PerceiverConfig config in new[] { own, ConfigFile.Read(Golden.PathOf("D")), ConfigFile.Parse(multimodal, "x") })
        {
            string text = ConfigFile.Format(config);
            PerceiverConfig read = ConfigFile.Parse(text, "x");

            ConfigFile.Format(read).ShouldBe(text);
            read.Architecture.ShouldBe(config.Architecture);
            ParameterList.For(read).Select(p => $"{p.Key} {string.Join(' ', p.Shape)}")
                .ShouldBe(ParameterList.For(config).Select(p => $"{p.Key} {string.Join(' ', p.Shape)}"));
            read.Inputs.Select(i => (i.Key, string.Join(' ', i.Value.Grid))).ShouldBe(config.Inputs.Select(i => (i.Key, string.Join(' ', i.Value.Grid))));
        }
    }

    [Fact]
    public void Damaged_text_is_refused_and_nothing_worse() => Prop.ForAll(
        Gen.Choose(0, 2000).ToArbitrary(),
        Gen.Choose(0, 127).ToArbitrary(),
        (place, symbol) =>
        {
            char[] text = ConfigFile.Format(Some.Config()).ToCharArray();
            text[place % text.Length] = (char)symbol;
            try
            {
                ConfigFile.Parse(new string(text), "x");
            }
            catch (ConfigException)
            {
            }
        }).Holds();

    private const string Fourier = "\"architectures\": [\"PerceiverForImageClassificationFourier\"], \"num_cross_attention_heads\": 1";

    private static IReadOnlyList<string> Problems(string json) => Should.Throw<ConfigException>(() => ConfigFile.Parse(json, "x")).Problems;
}
