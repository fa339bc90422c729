using FsCheck.Fluent;

using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>The encoder's cross-attention in parts is the plain one, for models of any make.</summary>
public sealed class SeparableTests
{
    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void Tokens_in_parts_give_what_whole_tokens_give(string plan) => Prop.ForAll(RandomModels.Configs, config =>
        ShouldAgree(plan, config, RandomModels.Inputs(config, batch: 2))).Holds();

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void Hidden_tokens_are_hidden_from_both(string plan) => Prop.ForAll(RandomModels.Configs, Gen.Choose(0, 1 << 16).ToArbitrary(), (config, seed) =>
    {
        var random = new Random(seed);
        ShouldAgree(plan, config,
            RandomModels.Inputs(config, batch: 2).ToDictionary(i => i.Key, i => i.Value with { Mask = Mask(config.Inputs[i.Key].ContentTokens, random) }));
    }).Holds();

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void Several_heads_gather_apart(string plan) => Prop.ForAll(RandomModels.Configs, config =>
    {
        config = config with { NumCrossAttentionHeads = 2, QkChannels = 12, VChannels = 12 };
        ShouldAgree(plan, config, RandomModels.Inputs(config, batch: 2));
    }).Holds();

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void Another_grid_makes_another_layout(string plan)
    {
        PerceiverConfig config = Picture(height: 6, width: 8);
        using PerceiverModel model = Some.Model(config, plan);
        foreach ((int height, int width) in new[] { (6, 8), (5, 7), (6, 8), (12, 30) })
        {
            Tensor image = Arrays.ToTensor(Some.Numbers(height * width * 3, 5), CPU, 1, height * width, 3);
            ShouldAgree(model, new() { ["image"] = new ModelInput(image, Grid: [height, width]) });
        }
    }

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void More_tokens_and_latents_than_a_tile_and_a_panel_hold(string plan)
    {
        PerceiverConfig config = Picture(height: 37, width: 61) with { NumLatents = 70 };
        ShouldAgree(plan, config, RandomModels.Inputs(config, batch: 1));
    }

    [Theory]
    [InlineData(7, 50, 1, PlanChoice.Kernels)]
    [InlineData(3, 32, 2, PlanChoice.Kernels)]
    [InlineData(1, 5, 1, PlanChoice.Kernels)]
    [InlineData(7, 50, 1, PlanChoice.Tensors)]
    [InlineData(3, 32, 2, PlanChoice.Tensors)]
    public void Tokens_that_ask_in_parts_attend_to_what_whole_ones_do(int height, int width, int heads, string plan)
    {
        PerceiverConfig config = Asking(height, width, new DecoderConfig { Heads = heads, QkChannels = 12, VChannels = 8 });
        using PerceiverModel model = Some.Model(config, plan);
        using EncodedInputs encoded = model.Encode(RandomModels.Inputs(config, batch: 2));
        Decoder decoder = ((QueriedAdapter)model.Outputs.Adapters.Single()).Decoder;
        KeyValues keys = decoder.ProjectKeys(encoded.Latents);
        Attention attention = decoder.Cross.Attention;
        using SeparableQueries queries = attention.SeparateQueries();
        Func<int, int, Tensor> ask = queries.Prepare(encoded.QueryInputs["image"], keys);

        Tensor plain = attention.Forward(attention.ProjectQueries(encoded.Tokens("image")), keys);

        Arrays.ToFloats(ask(0, height)).ShouldBe(Arrays.ToFloats(plain), 2e-5f);
        Arrays.ToFloats(ask(height - 1, 1)).ShouldBe(Arrays.ToFloats(plain.narrow(1, (height - 1) * width, width)), 2e-5f);
    }

    [Theory]
    [InlineData(true, PlanChoice.Kernels)]
    [InlineData(false, PlanChoice.Kernels)]
    [InlineData(true, PlanChoice.Tensors)]
    [InlineData(false, PlanChoice.Tensors)]
    public void A_flow_is_the_same_with_its_queries_added_or_not_in_lines_or_whole(bool residual, string plan)
    {
        PerceiverConfig config = Asking(40, 500, new DecoderConfig { QueryResidual = residual }); // more than are answered at once
        using PerceiverModel model = Some.Model(config, plan);
        using EncodedInputs encoded = model.Encode(RandomModels.Inputs(config, batch: 1));
        QueriedAdapter adapter = (QueriedAdapter)model.Outputs.Adapters.Single();
        Tensor queries = adapter.Queries(encoded, []);
        KeyValues keys = adapter.Decoder.ProjectKeys(encoded.Latents);
        Attention attention = adapter.Decoder.Cross.Attention;
        Tensor answers = adapter.Decoder.Answer(adapter.Decoder.Cross.AddResidual(queries, attention.Forward(attention.ProjectQueries(queries), keys)));

        Tensor flow = model.Decode(encoded)["flow"];

        flow.shape.ShouldBe([1, 40, 500, 2]);
        Arrays.ToFloats(flow).ShouldBe(Arrays.ToFloats(adapter.Head.ReadAnswers(answers)), 2e-5f);
    }

    [Theory]
    [InlineData(true, PlanChoice.Kernels)]
    [InlineData(false, PlanChoice.Kernels)]
    [InlineData(true, PlanChoice.Tensors)]
    [InlineData(false, PlanChoice.Tensors)]
    public void Chosen_tokens_have_the_flow_that_they_have_among_all(bool residual, string plan)
    {
        PerceiverConfig config = Asking(40, 130, new DecoderConfig { QueryResidual = residual });
        using PerceiverModel model = Some.Model(config, plan);
        using EncodedInputs encoded = model.Encode(RandomModels.Inputs(config, batch: 2));
        float[] whole = Arrays.ToFloats(model.Decode(encoded)["flow"]);
        int[] grid = [.. from row in Enumerable.Range(0, 20) from column in Enumerable.Range(0, 65) select (row * 2 * 130) + (column * 2)];

        foreach (int[] points in new int[][] { grid, [5199, 0, 131], [.. Enumerable.Range(0, 5200)] })
        {
            Tensor chosen = model.Decode(encoded, new Dictionary<string, IReadOnlyList<int>> { ["flow"] = points })["flow"];

            chosen.shape.ShouldBe([2, points.Length, 2]);
            Arrays.ToFloats(chosen).ShouldBe(new[] { 0, 5200 }.SelectMany(window => points.SelectMany(p => whole.Skip((window + p) * 2).Take(2))), 2e-5f);
        }

        Should.Throw<ModelInputException>(() => model.Decode(encoded, new Dictionary<string, IReadOnlyList<int>> { ["flow"] = [5200] }))
            .Message.ShouldBe("output 'flow': point 5200: must be 0 to 5199 (40 x 130)");
    }

    [Fact]
    public void Parts_are_used_where_they_cost_less_and_only_there()
    {
        foreach (string name in OfficialModels.Names)
        {
            PerceiverConfig config = OfficialModels.Get(name);
            ExecutionPlan.Kernels().ReadsInParts(config).ShouldBe(name != "language-perceiver", name);
            ExecutionPlan.Tensors().ReadsInParts(config).ShouldBe(name != "language-perceiver", name);
        }
    }

    private static PerceiverConfig Asking(int height, int width, DecoderConfig decoder) => Picture(height, width) with
    {
        Inputs = new Dictionary<string, InputConfig>
        {
            ["image"] = new ImageInput { Height = height, Width = width, Channels = 2, LinearChannels = 5, NumBands = 3 },
        },
        Outputs = new Dictionary<string, OutputConfig> { ["flow"] = new DenseInputOutput { Input = "image", Decoder = decoder } },
        NumLatents = 150,
    };

    private static PerceiverConfig Picture(int height, int width) => new()
    {
        Architecture = PerceiverArchitecture.StreamPerceiver,
        Inputs = new Dictionary<string, InputConfig> { ["image"] = new ImageInput { Height = height, Width = width, NumBands = 3 } },
        Outputs = new Dictionary<string, OutputConfig> { ["mean"] = new MeanOutput { Labels = ["a", "b"] } },
        NumLatents = 5,
        DLatents = 12,
        NumSelfAttendsPerBlock = 1,
        NumSelfAttentionHeads = 2,
        NumCrossAttentionHeads = 1,
    };

    private static void ShouldAgree(string plan, PerceiverConfig config, Dictionary<string, ModelInput> inputs)
    {
        using PerceiverModel model = Some.Model(config, plan);
        ShouldAgree(model, inputs);
    }

    private static void ShouldAgree(PerceiverModel model, Dictionary<string, ModelInput> inputs)
    {
        using IDisposable scope = NewDisposeScope();
        IReadOnlyList<TokenParts> parts = model.Inputs.Parts(inputs);
        InputTokens whole = model.Inputs.Join(parts);
        TransformerLayer cross = model.Encoder.Crosses[0];
        Tensor latents = model.Encoder.Latents(parts[0].Batch);
        using SeparableCrossAttention separable = cross.Attention.Separate(latents.select(0, 0));

        Tensor plain = cross.Attention.Forward(cross.Attention.ProjectQueries(latents), cross.Attention.ProjectKeys(whole.Joined), whole.Ignored);
        Arrays.ToFloats(cross.Attention.Output(separable.Forward(parts))).ShouldBe(Arrays.ToFloats(plain), 2e-5f);
    }

    private static Tensor Mask(int tokens, Random random)
    {
        double share = random.NextDouble(); // of one window perhaps none, or all
        return Arrays.ToTensor([.. Enumerable.Range(0, 2 * tokens).Select(_ => random.NextDouble() < share ? 1f : 0f)], CPU, 2, tokens);
    }
}
