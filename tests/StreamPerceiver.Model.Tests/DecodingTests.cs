using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Outputs of one encoding: several decoders, and pieces.</summary>
public sealed class DecodingTests
{
    private const float Rounding = 1e-5f;

    [Fact]
    public void Decoders_of_their_own_answer_as_they_would_alone()
    {
        DecoderConfig decoder = new() { Heads = 2, QkChannels = 6, VChannels = 10 };
        ClassificationOutput place = new() { Labels = ["in", "out"], Channels = 17, Decoder = decoder with { QueryResidual = true } };
        ClassificationOutput mood = new() { Labels = ["a", "b", "c"], Channels = 11, Decoder = decoder };
        PerceiverConfig both = Some.Config() with { Outputs = new Dictionary<string, OutputConfig> { ["place"] = place, ["mood"] = mood } };
        using PerceiverModel model = Some.Model(both);
        Dictionary<string, ModelInput> inputs = Some.Inputs(both, batch: 2);

        IReadOnlyDictionary<string, Tensor> together = model.Forward(inputs);

        foreach ((string name, OutputConfig output) in both.Outputs)
        {
            using PerceiverModel alone = Some.Model(both with { Outputs = new Dictionary<string, OutputConfig> { [name] = output } });
            Arrays.ToFloats(together[name]).ShouldBe(Some.Logits(alone, inputs), Rounding);
        }
    }

    [Fact]
    public void Only_what_is_wanted_is_computed()
    {
        PerceiverConfig config = Some.Config() with
        {
            Outputs = new Dictionary<string, OutputConfig>
            {
                ["mood"] = new ClassificationOutput { Labels = ["a", "b"], Channels = 11 },
                ["forecast"] = new ValuesOutput { Queries = 3, Values = 5, Channels = 7 },
            },
        };
        using PerceiverModel model = Some.Model(config);
        Dictionary<string, ModelInput> inputs = Some.Inputs(config, batch: 2);

        model.Forward(inputs)["forecast"].shape.ShouldBe([2, 3, 5]);
        model.Forward(inputs, wanted: ["mood"]).Keys.ShouldBe(["mood"]);
        Should.Throw<ModelInputException>(() => model.Forward(inputs, wanted: ["modo"])).Message.ShouldBe(
            "output 'modo': no such output; the model has forecast, mood");
    }

    [Fact]
    public void A_large_output_is_decoded_in_pieces_that_do_not_show()
    {
        // More points than the decoder takes at once.
        ImageOutput video = new() { Shape = [5, 64, 64], MaxResolution = [2, 3, 5], NumBands = 1 };
        PerceiverConfig config = Some.Config() with { Outputs = new Dictionary<string, OutputConfig> { ["video"] = video } };
        video.Points.ShouldBeGreaterThan(QueriedAdapter.MostRows);
        using PerceiverModel model = Some.Model(config);
        using EncodedInputs encoded = model.Encode(Some.Inputs(config, batch: 1));

        Tensor whole = Video(video.AllPoints);

        whole.shape.ShouldBe([1, 20480, 3]);
        foreach (int point in new[] { 0, QueriedAdapter.MostRows - 1, QueriedAdapter.MostRows, 20479 })
            Arrays.ToFloats(whole.narrow(1, point, 1)).ShouldBe(Arrays.ToFloats(Video([point])), Rounding);

        Tensor Video(IReadOnlyList<int> points) => model.Decode(encoded, new Dictionary<string, IReadOnlyList<int>> { ["video"] = points })["video"];
    }

    [Fact]
    public void Scores_beyond_what_is_held_at_once_are_made_in_turn()
    {
        Dictionary<string, Tensor> weights = Some.Weights(Some.Config());
        Attention attention = Attention.Cross(new WeightScope(weights, "perceiver.encoder.cross_attention.attention.", ExecutionPlan.Tensors()), heads: 1);
        Tensor queries = attention.ProjectQueries(Some.Tensor(1, 1, 1100, 34));
        Tensor tokens = Some.Tensor(2, 1, 70_001, 37);
        (1100L * 70_001).ShouldBeGreaterThan(TensorAttention.MostScores);
        KeyValues keys = attention.ProjectKeys(tokens);

        Tensor all = attention.Forward(queries, keys);

        foreach (int row in new[] { 0, 957, 958, 1099 })
            Arrays.ToFloats(all.narrow(1, row, 1)).ShouldBe(Arrays.ToFloats(attention.Forward(queries.narrow(1, row, 1), keys)), Rounding);
    }

    [Fact]
    public void The_query_side_may_give_the_channels_of_cross_attention()
    {
        PerceiverConfig config = Some.Config() with { CrossAttentionShape = CrossAttentionShape.Q };

        Dictionary<string, long[]> shapes = ParameterList.For(config).ToDictionary(p => p.Key, p => p.Shape.ToArray());

        shapes["perceiver.encoder.cross_attention.attention.self.key.weight"].ShouldBe([34, 37]);
        shapes["perceiver.decoder.decoder.decoding_cross_attention.attention.self.value.weight"].ShouldBe([19, 34]);
        using PerceiverModel model = Some.Model(config);
        model.Forward(Some.Inputs(config, batch: 2))["activity"].shape.ShouldBe([2, 7]);
    }
}
