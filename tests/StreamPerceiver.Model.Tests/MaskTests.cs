using FsCheck.Fluent;

using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>The masking rule: what is hidden has no effect, and no key left means zeros.</summary>
public sealed class MaskTests
{
    private const float Rounding = 1e-5f;

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void A_row_whose_keys_are_all_hidden_attends_to_zeros(string plan)
    {
        PerceiverConfig config = Some.Config();
        const string Prefix = "perceiver.encoder.cross_attention.attention.";
        Dictionary<string, Tensor> weights = Some.Weights(config);
        float[] bias = Arrays.ToFloats(weights[Prefix + "output.dense.bias"]);
        Attention attention = Attention.Cross(new WeightScope(weights, Prefix, Some.Plan(plan)), heads: 1);
        Tensor queries = Some.Tensor(1, 2, 13, 34);
        Tensor keys = Some.Tensor(2, 2, 3, 37);
        Tensor ignored = cat([Some.Mask(1, 0, 0, 0), Some.Mask(1, 1, 0, 1)], 0).eq(Scalars.Zero);

        float[] rows = Arrays.ToFloats(attention.Forward(attention.ProjectQueries(queries), attention.ProjectKeys(keys), ignored));

        // Zeros before the output projection leave its bias. Row 1 of the batch has keys left and must not be touched.
        for (int row = 0; row < 13; row++)
            rows.AsSpan(row * 34, 34).ToArray().ShouldBe(bias, Rounding);
        Tensor left = cat([keys.narrow(1, 0, 1), keys.narrow(1, 2, 1)], 1).narrow(0, 1, 1);
        float[] seen = Arrays.ToFloats(attention.Forward(attention.ProjectQueries(queries.narrow(0, 1, 1)), attention.ProjectKeys(left)));
        rows[(13 * 34)..].ShouldBe(seen, Rounding);
    }

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void A_hidden_input_contributes_nothing_to_the_latents(string plan)
    {
        using PerceiverModel model = Some.Model(Some.Config(), plan);
        Dictionary<string, ModelInput> inputs = Some.Inputs(model.Config, batch: 2);
        inputs["imu"] = inputs["imu"] with { Mask = Some.Mask(2, new byte[11]) };

        InputTokens tokens = model.Inputs.Join(model.Inputs.Parts(inputs));
        float[] masked = Arrays.ToFloats(model.Encoder.Forward(tokens.Joined, tokens.Ignored));
        float[] alone = Arrays.ToFloats(model.Encoder.Forward(tokens.Joined.narrow(1, 0, 30), null));

        masked.ShouldBe(alone, Rounding);
    }

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void What_stands_behind_a_mask_has_no_effect_whatever_it_is(string plan)
    {
        using PerceiverModel model = Some.Model(Some.Config(), plan);
        byte[] kept = Some.Kept(11, 2, 5, 7, 10);
        Dictionary<string, ModelInput> inputs = Some.Inputs(model.Config, batch: 1);
        inputs["imu"] = inputs["imu"] with { Mask = Some.Mask(1, kept) };
        float[] content = Arrays.ToFloats(inputs["imu"].Content);
        float[] expected = Some.Logits(model, inputs);

        Prop.ForAll(
            Gen.Elements(float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, 0f, -7f).ToArbitrary(),
            Gen.Choose(0, 54).ToArbitrary(),
            (garbage, place) =>
            {
                float[] soiled = [.. content.Select((value, i) => kept[i / 5] == 0 && i >= place ? garbage : value)];
                inputs["imu"] = inputs["imu"] with { Content = Arrays.ToTensor(soiled, CPU, 1, 11, 5) };
                return Some.Logits(model, inputs).SequenceEqual(expected);
            }).Holds();
    }

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void A_window_without_any_token_left_gives_finite_output(string plan)
    {
        using PerceiverModel model = Some.Model(Some.Config(), plan);
        Dictionary<string, ModelInput> inputs = Some.Inputs(model.Config, batch: 2);
        Dictionary<string, ModelInput> hidden = inputs.ToDictionary(
            i => i.Key, i => i.Value with { Mask = Some.Mask(2, new byte[model.Config.Inputs[i.Key].Tokens]) });

        float[] logits = Some.Logits(model, hidden);

        logits.ShouldAllBe(v => float.IsFinite(v));
        logits.ShouldNotBe(Some.Logits(model, inputs), Rounding);
    }

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void A_mask_that_hides_nothing_changes_nothing(string plan)
    {
        using PerceiverModel model = Some.Model(Some.Config(), plan);
        Dictionary<string, ModelInput> inputs = Some.Inputs(model.Config, batch: 2);
        float[] plain = Some.Logits(model, inputs);

        inputs["camera"] = inputs["camera"] with { Mask = Some.Mask(2, Some.Kept(30)) };

        Some.Logits(model, inputs).ShouldBe(plain, Rounding);
    }

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void Hiding_one_token_is_seen(string plan)
    {
        using PerceiverModel model = Some.Model(Some.Config(), plan);
        Dictionary<string, ModelInput> inputs = Some.Inputs(model.Config, batch: 2);
        float[] plain = Some.Logits(model, inputs);

        inputs["imu"] = inputs["imu"] with { Mask = Some.Mask(2, Some.Kept(11, 3)) };

        Some.Logits(model, inputs).ShouldNotBe(plain, Rounding);
    }

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void Padding_a_batch_changes_nothing_in_the_rows_that_were_there(string plan)
    {
        using PerceiverModel model = Some.Model(Some.Config(), plan);
        Dictionary<string, ModelInput> two = Some.Inputs(model.Config, batch: 2);
        float[] expected = Some.Logits(model, two);

        Dictionary<string, ModelInput> five = two.ToDictionary(
            i => i.Key,
            i =>
            {
                int tokens = model.Config.Inputs[i.Key].Tokens;
                Tensor padding = full([3, tokens, model.Config.Inputs[i.Key].ContentChannels], Scalars.NaN);
                Tensor mask = cat([Some.Mask(2, Some.Kept(tokens)), Some.Mask(3, new byte[tokens])], 0);
                return new ModelInput(cat([i.Value.Content, padding], 0), mask);
            });

        Some.Logits(model, five)[..expected.Length].ShouldBe(expected, Rounding);
    }
}
