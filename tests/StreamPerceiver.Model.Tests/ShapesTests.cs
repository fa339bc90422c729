using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Holds the worked example of SHAPES.md, and the official sizes.</summary>
public sealed class ShapesTests
{
    [Fact]
    public void The_worked_example_has_the_shapes_that_it_says()
    {
        using PerceiverModel model = Some.Model(Some.Config());
        Dictionary<string, ModelInput> inputs = Some.Inputs(model.Config, batch: 2);

        inputs["camera"].Content.shape.ShouldBe([2, 30, 12]);
        inputs["imu"].Content.shape.ShouldBe([2, 11, 5]);
        model.Config.Inputs.Values.Select(i => i.TokenChannels).ShouldBe([33, 10]);
        InputTokens tokens = model.Inputs.Join(model.Inputs.Parts(inputs));
        tokens.Joined.shape.ShouldBe([2, 41, 37]);
        tokens.Ignored.ShouldBeNull();
        using EncodedInputs encoded = model.Encode(inputs);
        encoded.Latents.shape.ShouldBe([2, 13, 34]);
        QueriedAdapter activity = (QueriedAdapter)model.Outputs.Adapters.Single();
        Tensor queries = activity.Queries(encoded, []);
        queries.shape.ShouldBe([2, 1, 19]);
        Attention asking = activity.Decoder.Cross.Attention;
        Tensor attended = asking.Forward(asking.ProjectQueries(queries), activity.Decoder.ProjectKeys(encoded.Latents));
        activity.Decoder.Answer(activity.Decoder.Cross.AddResidual(queries, attended)).shape.ShouldBe([2, 1, 29]);
        model.Forward(inputs)["activity"].shape.ShouldBe([2, 7]);
    }

    [Theory]
    [InlineData("PerceiverForImageClassificationFourier", 512, 1024, 8, 6, 1000, 136, 48_440_627)]
    [InlineData("PerceiverForMultimodalAutoencoding", 784, 512, 1, 8, 700, 183, 19_858_855)]
    public void An_official_model_has_its_published_number_of_parameters(
        string architecture, int latents, int channels, int blocks, int layers, int labels, int keys, long parameters)
    {
        PerceiverConfig config = ConfigFile.Parse(
            $$"""
            {
              "architectures": ["{{architecture}}"], "num_latents": {{latents}}, "d_latents": {{channels}}, "num_blocks": {{blocks}},
              "num_self_attends_per_block": {{layers}}, "num_cross_attention_heads": 1, "num_labels": {{labels}}
            }
            """,
            architecture);

        config.ParameterCount.ShouldBe(parameters);
        ParameterList.For(config).Count.ShouldBe(keys);
    }

    [Fact]
    public void The_official_multimodal_model_has_its_published_tokens()
    {
        PerceiverConfig config = ConfigFile.Parse(
            """{ "architectures": ["PerceiverForMultimodalAutoencoding"], "num_labels": 700, "d_latents": 512, "num_cross_attention_heads": 1 }""", "test");

        config.Inputs.ToDictionary(i => i.Key, i => i.Value.Tokens)
            .ShouldBe(new Dictionary<string, int> { ["audio"] = 1920, ["image"] = 50176, ["label"] = 1 }, ignoreOrder: true);
        config.InputChannels.ShouldBe(704);
        config.JoinedQueryChannels.ShouldBe(1026);
        config.Outputs.Values.OfType<DenseOutput>().Select(o => o.Points).ShouldBe([1920, 802816]);
    }
}
