using FsCheck.Fluent;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>What holds for models of any make.</summary>
public sealed class InvarianceTests
{
    private const float Rounding = 2e-5f;

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void A_window_does_not_depend_on_its_neighbours(string plan) => Prop.ForAll(RandomModels.Configs, config =>
    {
        using PerceiverModel model = Some.Model(config, plan);
        Dictionary<string, ModelInput> inputs = RandomModels.Inputs(config, batch: 3);

        IReadOnlyDictionary<string, Tensor> together = model.Forward(inputs, RandomModels.AllPoints(config));
        for (int row = 0; row < 3; row++)
        {
            Dictionary<string, ModelInput> alone = inputs.ToDictionary(i => i.Key, i => new ModelInput(i.Value.Content.narrow(0, row, 1)));
            ShouldBe(model.Forward(alone, RandomModels.AllPoints(config)), together.ToDictionary(o => o.Key, o => o.Value.narrow(0, row, 1)));
        }
    }).Holds();

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void What_is_masked_has_no_influence(string plan) => Prop.ForAll(RandomModels.Configs, config =>
    {
        using PerceiverModel model = Some.Model(config, plan);
        Dictionary<string, ModelInput> inputs = RandomModels.Inputs(config, batch: 2)
            .ToDictionary(i => i.Key, i => i.Value with { Mask = Masked(config.Inputs[i.Key]) });
        Dictionary<string, ModelInput> soiled = inputs.ToDictionary(
            i => i.Key, i => i.Value with { Content = i.Value.Content.masked_fill(i.Value.Mask!.eq(Scalars.Zero).unsqueeze(-1), Scalars.NaN) });

        ShouldBe(model.Forward(soiled, RandomModels.AllPoints(config)), model.Forward(inputs, RandomModels.AllPoints(config)));
    }).Holds();

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void What_overflows_is_never_a_finite_answer(string plan) => Prop.ForAll(RandomModels.Configs, config =>
    {
        using PerceiverModel model = Some.Model(config, plan);
        Dictionary<string, ModelInput> inputs = RandomModels.Inputs(config, batch: 1);
        string poisoned = config.Inputs.FirstOrDefault(i => i.Value is not TextInput).Key ?? "";
        if (poisoned.Length == 0) return;
        using Scalar large = Scalars.Create(1e20);
        inputs[poisoned].Content.narrow(1, 0, 1).fill_(large); // its square is beyond float32

        using EncodedInputs encoded = model.Encode(inputs);
        InputTokens whole = model.Inputs.Join(model.Inputs.Parts(inputs));
        foreach (Tensor latents in new[] { encoded.Latents, model.Encoder.Forward(whole.Joined, whole.Ignored) })
            Arrays.ToFloats(latents).ShouldContain(v => !float.IsFinite(v), poisoned);
    }).Holds();

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void A_silent_input_contributes_nothing(string plan) => Prop.ForAll(RandomModels.Configs, config =>
    {
        using PerceiverModel model = Some.Model(config, plan);
        string silent = config.Inputs.Keys.First();
        Dictionary<string, ModelInput> inputs = RandomModels.Inputs(config, batch: 1);
        Dictionary<string, ModelInput> others = RandomModels.Inputs(config, batch: 1, seed: 77);
        Tensor mask = zeros(1, config.Inputs[silent].ContentTokens);
        inputs[silent] = inputs[silent] with { Mask = mask };
        others = inputs.ToDictionary(i => i.Key, i => i.Key == silent ? others[silent] with { Mask = mask } : i.Value);

        using EncodedInputs one = model.Encode(inputs);
        using EncodedInputs other = model.Encode(others);
        Arrays.ToFloats(one.Latents).ShouldBe(Arrays.ToFloats(other.Latents), Rounding);
        Arrays.ToFloats(one.Latents).ShouldAllBe(v => float.IsFinite(v));
    }).Holds();

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void An_output_in_pieces_is_the_output(string plan) => Prop.ForAll(RandomModels.Configs, Gen.Choose(1, 13).ToArbitrary(), (config, size) =>
    {
        using PerceiverModel model = Some.Model(config, plan);
        using EncodedInputs encoded = model.Encode(RandomModels.Inputs(config, batch: 2));
        Dictionary<string, IReadOnlyList<int>> all = RandomModels.AllPoints(config);
        if (all.Count == 0)
            return;
        IReadOnlyDictionary<string, Tensor> whole = model.Decode(encoded, all);
        foreach ((string name, IReadOnlyList<int> points) in all)
        {
            Tensor[] pieces =
                [.. points.Chunk(size).Select(piece => model.Decode(encoded, new Dictionary<string, IReadOnlyList<int>> { [name] = piece })[name])];
            Arrays.ToFloats(cat(pieces, 1)).ShouldBe(Arrays.ToFloats(whole[name]), Rounding);
        }
    }).Holds();

    [Fact]
    public void A_configuration_reads_back_as_it_was_written() => Prop.ForAll(RandomModels.Configs, config =>
    {
        string text = ConfigFile.Format(config);
        PerceiverConfig read = ConfigFile.Parse(text, "x");

        ConfigFile.Format(read).ShouldBe(text);
        ParameterList.For(read).Select(p => $"{p.Key} {string.Join(' ', p.Shape)}")
            .ShouldBe(ParameterList.For(config).Select(p => $"{p.Key} {string.Join(' ', p.Shape)}"));
    }).Holds();

    [Fact]
    public void Every_weight_that_is_listed_has_an_influence() => Prop.ForAll(RandomModels.Configs, Gen.Choose(0, int.MaxValue).ToArbitrary(), (config, pick) =>
    {
        SafeTensor[] weights = [.. WeightRecipe.Make(config)];
        int changed = pick % weights.Length;
        if (weights[changed].Type == SafeTensorType.I64 || HasNone(weights[changed].Name, config))
            return;
        SafeTensor[] other = [.. weights];
        other[changed] = SafeTensor.FromFloats(
            weights[changed].Name, weights[changed].Shape, [.. weights[changed].ToFloats().Select((v, i) => (v * 1.5f) + 0.1f + (0.01f * i))]);
        using PerceiverModel model = new(config, weights);
        using PerceiverModel changedModel = new(config, other);
        Dictionary<string, ModelInput> inputs = RandomModels.Inputs(config, batch: 1);

        float[] before = Numbers(model.Forward(inputs, RandomModels.AllPoints(config)));
        float[] after = Numbers(changedModel.Forward(inputs, RandomModels.AllPoints(config)));

        before.SequenceEqual(after).ShouldBeFalse(weights[changed].Name);
    }).Holds();

    // A key's bias adds the same to a row's every score, which a softmax does not see; a pooled embedding may be cut off by its ReLU.
    private static bool HasNone(string key, PerceiverConfig config) =>
        key.EndsWith("key.bias", StringComparison.Ordinal) || key.Contains("pooled", StringComparison.Ordinal)
        || (config.Outputs.Values.All(o => o is InputQueriedOutput or MeanOutput) && key.Contains("padding", StringComparison.Ordinal));

    private static Tensor Masked(InputConfig input) => Some.Mask(2, [.. Enumerable.Range(0, input.ContentTokens).Select(i => i % 3 == 1 ? (byte)0 : (byte)1)]);

    private static float[] Numbers(IReadOnlyDictionary<string, Tensor> outputs)
        => [.. outputs.OrderBy(o => o.Key, StringComparer.Ordinal).SelectMany(o => Arrays.ToFloats(o.Value))];

    private static void ShouldBe(IReadOnlyDictionary<string, Tensor> actual, IReadOnlyDictionary<string, Tensor> expected)
    {
        actual.Keys.ShouldBe(expected.Keys, ignoreOrder: true);
        Numbers(actual).ShouldBe(Numbers(expected), Rounding);
    }
}
