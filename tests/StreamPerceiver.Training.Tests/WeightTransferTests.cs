using StreamPerceiver.Model;

namespace StreamPerceiver.Training.Tests;

/// <summary>New outputs on a trained encoder.</summary>
public sealed class WeightTransferTests
{
    private static readonly PerceiverConfig Before = Some.Config();

    // Weights that no recipe makes.
    private static readonly SafeTensor[] Trained =
        [.. WeightRecipe.Make(Before).Select(t => SafeTensor.FromFloats(t.Name, t.Shape, [.. t.ToFloats().Select(x => x + 7)]))];

    [Fact]
    public void A_model_of_the_same_sizes_begins_with_all_weights()
    {
        StartWeights start = WeightTransfer.Take(Before, "old", Before, Trained);

        start.Tensors.Select(t => t.Name).ShouldBe(Trained.Select(t => t.Name));
        start.Tensors.Zip(Trained).ShouldAllBe(p => AreEqual(p.First, p.Second));
        (start.Made.Count, start.LeftOut.Count).ShouldBe((0, 0));
    }

    [Fact]
    public void A_new_output_is_made_and_the_encoder_is_taken_and_the_old_output_is_left_out()
    {
        PerceiverConfig config = Before with { Outputs = new Dictionary<string, OutputConfig> { ["wear"] = new ValuesOutput { Values = 1, Channels = 8 } } };

        StartWeights start = WeightTransfer.Take(config, "old", Before, Trained);

        start.Made.ShouldNotBeEmpty();
        start.Made.ShouldAllBe(key => key.Contains(".wear", StringComparison.Ordinal));
        start.LeftOut.ShouldAllBe(key => key.Contains(".state", StringComparison.Ordinal));
        start.Tensors.Where(t => !start.Made.Contains(t.Name)).ShouldAllBe(t => AreEqual(t, Trained.Single(o => o.Name == t.Name)));
        new TrainableModel(config, start.Tensors).Dispose();
    }

    [Theory]
    [InlineData("low", "high", "broken")]
    [InlineData("cold", "hot")]
    public void Other_labels_have_a_new_head_alone_on_the_old_decoder(params string[] labels)
    {
        PerceiverConfig config = Before with
        {
            Outputs = new Dictionary<string, OutputConfig> { [Some.Output] = new ClassificationOutput { Labels = labels, Channels = 8 } },
        };

        WeightTransfer.Take(config, "old", Before, Trained).Made
            .ShouldBe(["perceiver.output_postprocessor.modalities.state.classifier.weight", "perceiver.output_postprocessor.modalities.state.classifier.bias"]);
    }

    [Fact]
    public void An_official_layout_gets_a_head_of_other_labels()
    {
        PerceiverConfig before = Official(labels: 5), config = Official(labels: 3);

        StartWeights start = WeightTransfer.Take(config, "old", before, WeightRecipe.Make(before));

        start.Made.Count.ShouldBe(2);
        start.Made.ShouldAllBe(key => key.Contains(".final_layer.", StringComparison.Ordinal));
        start.Tensors.Single(t => t.Name == start.Made[1]).Shape.ShouldBe([3L]);

        static PerceiverConfig Official(int labels) => ConfigFile.Parse(
            $$"""
            {
              "model_type": "perceiver", "architectures": ["PerceiverForImageClassificationFourier"], "num_latents": 4, "d_latents": 16, "num_blocks": 1,
              "num_self_attends_per_block": 1, "num_self_attention_heads": 2, "num_cross_attention_heads": 1, "num_labels": {{labels}}
            }
            """, "config.json");
    }

    [Fact]
    public void An_encoder_of_other_sizes_is_refused_with_both_shapes()
        => Should.Throw<TrainingException>(() => WeightTransfer.Take(Before with { NumLatents = 6 }, "old", Before, Trained)).Message
            .ShouldBe("old: its encoder does not fit the pipeline's model: 'perceiver.embeddings.latents' is [5, 12], expected [6, 12]");

    [Fact]
    public void Scales_of_series_come_with_the_encoder()
    {
        var series = (SeriesInput)Before.Inputs[Some.Series];
        PerceiverConfig scaled = Before with
        {
            Inputs = new Dictionary<string, InputConfig> { [Some.Series] = series with { Mean = [1, 2], Deviation = [3, 4] } },
        };

        ((SeriesInput)WeightTransfer.TakeScales(Before, scaled).Inputs[Some.Series]).Deviation.ShouldBe([3, 4]);
        ((SeriesInput)WeightTransfer.TakeScales(scaled, Before).Inputs[Some.Series]).Mean.ShouldBe([1, 2]);
    }

    private static bool AreEqual(SafeTensor one, SafeTensor other) => one.Bytes.Span.SequenceEqual(other.Bytes.Span);
}
