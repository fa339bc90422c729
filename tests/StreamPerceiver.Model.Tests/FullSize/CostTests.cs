namespace StreamPerceiver.Model.Tests.FullSize;

/// <summary>The arithmetic of the official models, as worked out by hand from the paper's formulas. In GFLOP, to two decimals.</summary>
public sealed class CostTests
{
    [Theory]
    [InlineData("language", 0, 9.13, 101.20, 10.62)] // of which the embedding decoder 0.82
    [InlineData("learned", 6.65, 108.45, 360.78, 2.16)]
    [InlineData("fourier", 0, 43.19, 360.78, 2.16)]
    [InlineData("conv", 0.24, 6.07, 360.78, 2.16)]
    [InlineData("flow", 1.26, 560.68, 360.78, 964.03)]
    public void A_single_output_model(string model, double inputs, double cross, double self, double decoder) =>
        Parts(model).ShouldBe([inputs, cross, self, decoder], tolerance: 0.006);

    [Theory]
    [InlineData(6272, 15, 57.21, 0.02)]
    [InlineData(802816, 1920, 7217.87, 2.50)]
    public void The_multimodal_model_by_the_points_that_are_asked_for(int image, int audio, double decoder, double heads) => Parts(
        "multimodal", new() { ["image"] = image, ["audio"] = audio }).ShouldBe([0, 220.25, 29.80, decoder, heads], tolerance: 0.006);

    [Fact]
    public void A_dense_output_counts_whole_unless_told_otherwise() =>
        Parts("multimodal").ShouldBe(Parts("multimodal", new() { ["image"] = 802816, ["audio"] = 1920 }));

    [Theory]
    [InlineData("language")]
    [InlineData("learned")]
    [InlineData("flow")]
    [InlineData("multimodal")]
    public void The_outputs_and_what_they_share_add_up_to_the_whole(string model)
    {
        PerceiverConfig c = Config(model);

        (ModelCost.CountCommon(c, c.Outputs.Keys) + c.Outputs.Keys.Sum(o => ModelCost.CountOutput(c, o))).ShouldBe(ModelCost.CountParts(c).Sum(p => p.Flops));
    }

    [Fact]
    public void A_thousand_pixels_of_optical_flow_cost_a_thousand_queries()
    {
        PerceiverConfig c = Config("flow");
        string flow = c.Outputs.Keys.Single();
        long none = ModelCost.CountOutput(c, flow, points: 0), whole = ModelCost.CountOutput(c, flow), pixels = 368 * 496;

        OutputCost some = OutputCost.Of(c, flow, points: 1000);

        (some.Queries, some.Flops).ShouldBe((1000, none + ((whole - none) / pixels * 1000)));
        Parts("flow", new() { [flow] = 1000 })[^1].ShouldBe(some.Flops / 1e9);
    }

    [Theory]
    [InlineData("flow", "tokens", 224.2)]
    [InlineData("flow", "encoder keys and values", 448.4)]
    [InlineData("flow", "encoder scores at once", 256)] // 1,426 in all
    [InlineData("flow", "self-attention scores at once", 256)]
    [InlineData("language", "weights", 767.2)]
    [InlineData("language", "encoder scores at once", 16)]
    [InlineData("multimodal", "encoder scores at once", 155.8)]
    [InlineData("multimodal", "decoder queries at once", 64.1)] // 3,150 in all
    public void Memory_in_mebibytes(string model, string what, double mebibytes) =>
        (MemoryUse.Estimate(Config(model)).Single(m => m.What == what).Bytes / 1048576.0).ShouldBe(mebibytes, tolerance: 0.1);

    private static double[] Parts(string model, Dictionary<string, int>? points = null)
        => [.. ModelCost.CountParts(Config(model), points).Select(p => p.Flops / 1e9)];

    private static PerceiverConfig Config(string model) => ConfigFile.Parse(ReferenceCase.ConfigJson(model), model);
}
