using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>The first Perceiver (arXiv:2103.03206): inputs read several times, weights shared or not, the mean of the latents classified.</summary>
public sealed class OriginalPerceiverTests
{
    // The paper's ImageNet model: 224 x 224 pixels, 64 bands, 512 latents of 1024, 8 times a cross-attend and 6 self-attention layers.
    private static PerceiverConfig ImageNet(int crossAttends, bool shared = true) => new()
    {
        Architecture = PerceiverArchitecture.StreamPerceiver,
        NumLatents = 512,
        DLatents = 1024,
        NumBlocks = 8,
        NumSelfAttendsPerBlock = 6,
        NumCrossAttends = crossAttends,
        ShareWeights = shared,
        NumCrossAttentionHeads = 1,
        InputMinPadding = 0,
        Inputs = new Dictionary<string, InputConfig> { ["image"] = new ImageInput { Height = 224, Width = 224 } },
        Outputs = new Dictionary<string, OutputConfig> { ["label"] = new MeanOutput { Labels = [.. Enumerable.Range(0, 1000).Select(i => $"{i}")] } },
    };

    [Theory]
    [InlineData(8, true, 524_288 + (2 * 2_776_395) + (6 * 6_301_696) + 1_025_000)] // published: 44.9 M
    [InlineData(8, false, 524_288 + (8 * 2_776_395) + (48 * 6_301_696) + 1_025_000)] // 326.2 M
    [InlineData(1, true, 524_288 + 2_776_395 + (6 * 6_301_696) + 1_025_000)] // 42.1 M
    public void The_parameters_are_those_of_the_paper(int crossAttends, bool shared, long parameters) =>
        ImageNet(crossAttends, shared).ParameterCount.ShouldBe(parameters);

    [Theory]
    [InlineData(1, 404.3)]
    [InlineData(2, 447.6)]
    [InlineData(4, 534.1)]
    [InlineData(8, 707.2)]
    public void The_arithmetic_is_that_of_the_paper(int crossAttends, double gigaflops) =>
        (ModelCost.CountParts(ImageNet(crossAttends)).Sum(p => p.Flops) / 1e9).ShouldBe(gigaflops, tolerance: 0.01 * gigaflops);

    [Theory]
    [InlineData(4, 4, true)]
    [InlineData(4, 2, true)]
    [InlineData(4, 2, false)]
    public void Latents_read_the_inputs_between_blocks(int blocks, int crossAttends, bool shared)
    {
        PerceiverConfig config = Some.Config() with { NumBlocks = blocks, NumCrossAttends = crossAttends, ShareWeights = shared };
        using PerceiverModel model = Some.Model(config);
        Tensor tokens = model.Inputs.Join(model.Inputs.Parts(Some.Inputs(config, batch: 2))).Joined;

        // Written out: the first cross-attend has weights of its own, the others share one set, or have one each.
        Tensor z = model.Encoder.Latents(2);
        for (int block = 0; block < blocks; block++)
        {
            if (block % (blocks / crossAttends) == 0)
            {
                int turn = block / (blocks / crossAttends);
                z = model.Encoder.Crosses[shared ? Math.Min(turn, 1) : turn].Forward(z, tokens, null);
            }

            for (int layer = 0; layer < 2; layer++)
                z = model.Encoder.Selfs[shared ? layer : (block * 2) + layer].Forward(z);
        }

        Arrays.ToFloats(model.Encoder.Forward(tokens, null)).ShouldBe(Arrays.ToFloats(z));
        model.Encoder.Crosses.Count.ShouldBe(shared ? 2 : crossAttends);
        model.Encoder.Selfs.Count.ShouldBe(shared ? 2 : 2 * blocks);
    }

    [Fact]
    public void The_mean_of_the_latents_is_classified()
    {
        PerceiverConfig config = Some.Config() with
        {
            Outputs = new Dictionary<string, OutputConfig> { ["label"] = new MeanOutput { Labels = ["a", "b", "c"] } },
        };
        using PerceiverModel model = Some.Model(config);
        Dictionary<string, Tensor> weights = Some.Weights(config);
        using EncodedInputs encoded = model.Encode(Some.Inputs(config, batch: 2));

        using Scalar latents = Scalars.Create(13);
        Tensor expected = nn.functional.linear(
            encoded.Latents.sum(1).div(latents), weights["perceiver.decoders.label.classifier.weight"], weights["perceiver.decoders.label.classifier.bias"]);

        Arrays.ToFloats(model.Decode(encoded)["label"]).ShouldBe(Arrays.ToFloats(expected), 1e-5f);
    }

    [Fact]
    public void Cross_attends_must_divide_the_blocks()
        => Should.Throw<ConfigException>(() => (Some.Config() with { NumBlocks = 3, NumCrossAttends = 2 }).Validate())
        .Problems.ShouldBe(["num_blocks is 3, expected a multiple of num_cross_attends, 2"]);
}
