using System.Text.Json;

using Xunit.Abstractions;

using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests.FullSize;

/// <summary>The six official configurations at their full size, against the reference implementation at every recorded stage.</summary>
public sealed class FullSizeTests
{
    private readonly ITestOutputHelper _log;

    public FullSizeTests(ITestOutputHelper log)
    {
        _log = log;
        Libtorch.SetThreads(Environment.ProcessorCount);
    }

    [Theory]
    [InlineData("language", "language-perceiver", 201_108_230)]
    [InlineData("learned", "vision-perceiver-learned", 62_255_848)]
    [InlineData("fourier", "vision-perceiver-fourier", 48_440_627)]
    [InlineData("conv", "vision-perceiver-conv", 48_646_522)]
    [InlineData("flow", "optical-flow-perceiver", 41_057_134)]
    [InlineData("multimodal", "multimodal-perceiver", 19_858_855)]
    public void Keys_shapes_and_number_of_parameters_are_those_of_the_official_checkpoint(string model, string checkpoint, long parameters)
    {
        PerceiverConfig config = Config(model);
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "FullSize", "state-dict-keys.json")));
        JsonElement keys = file.RootElement.GetProperty($"deepmind/{checkpoint}").GetProperty("keys");

        config.ParameterCount.ShouldBe(parameters);
        ParameterList.For(config).Select(p => $"{p.Key} {string.Join(' ', p.Shape)}").ShouldBe(
            keys.EnumerateObject().Select(k => $"{k.Name} {string.Join(' ', Shape(k.Value))}"), ignoreOrder: true);
    }

    [Theory]
    [InlineData("language")]
    [InlineData("learned")]
    [InlineData("fourier")]
    [InlineData("conv")]
    [InlineData("flow")]
    [InlineData("multimodal")]
    [Trait("Category", "Full")]
    public void Peaked_weights_are_those_of_the_reference(string model)
    {
        Dictionary<string, SafeTensor> weights = WeightRecipe.Make(Config(model), peaked: true).ToDictionary(t => t.Name);
        foreach ((string key, double[] expected) in ReferenceCase.WeightProbes(model))
            weights[key].ToFloats().Take(expected.Length).Select(v => (double)v).ShouldBe(expected, tolerance: 1e-7, key); // recorded to eight digits
    }

    [Theory]
    [InlineData(PlanChoice.Kernels, "language", "A", "main", "short")]
    [InlineData(PlanChoice.Tensors, "language", "A", "main", "short")]
    [InlineData(PlanChoice.Kernels, "language", "A+", "main", "short")]
    [InlineData(PlanChoice.Tensors, "language", "A+", "main", "short")]
    [InlineData(PlanChoice.Kernels, "learned", "A", "main")]
    [InlineData(PlanChoice.Tensors, "learned", "A", "main")]
    [InlineData(PlanChoice.Kernels, "learned", "A+", "main")]
    [InlineData(PlanChoice.Tensors, "learned", "A+", "main")]
    [InlineData(PlanChoice.Kernels, "fourier", "A", "main", "nonsquare_160x208")]
    [InlineData(PlanChoice.Tensors, "fourier", "A", "main", "nonsquare_160x208")]
    [InlineData(PlanChoice.Kernels, "fourier", "A+", "main", "nonsquare_160x208")]
    [InlineData(PlanChoice.Tensors, "fourier", "A+", "main", "nonsquare_160x208")]
    [InlineData(PlanChoice.Kernels, "conv", "A", "main")]
    [InlineData(PlanChoice.Tensors, "conv", "A", "main")]
    [InlineData(PlanChoice.Kernels, "conv", "A+", "main")]
    [InlineData(PlanChoice.Tensors, "conv", "A+", "main")]
    [InlineData(PlanChoice.Kernels, "flow", "A", "main")]
    [InlineData(PlanChoice.Tensors, "flow", "A", "main")]
    [InlineData(PlanChoice.Kernels, "flow", "A+", "main")]
    [InlineData(PlanChoice.Tensors, "flow", "A+", "main")]
    [InlineData(PlanChoice.Kernels, "multimodal", "A", "chunk0", "chunk77")]
    [InlineData(PlanChoice.Tensors, "multimodal", "A", "chunk0", "chunk77")]
    [InlineData(PlanChoice.Kernels, "multimodal", "A+", "chunk0", "chunk77")]
    [InlineData(PlanChoice.Tensors, "multimodal", "A+", "chunk0", "chunk77")]
    [Trait("Category", "Full")]
    public void Every_stage_matches(string plan, string model, string recipe, params string[] runs)
    {
        PerceiverConfig config = Config(model);
        using PerceiverModel perceiver = new(config, WeightRecipe.Make(config, peaked: recipe == "A+"), Some.Plan(plan));
        foreach (string run in runs)
        {
            using IDisposable inference = inference_mode();
            using IDisposable scope = NewDisposeScope();
            ShouldMatch(new ReferenceCase(model, recipe, run, _log), perceiver, CaseInputs.Of(config, run), CaseInputs.Points(run));
        }
    }

    private static void ShouldMatch(
        ReferenceCase reference, PerceiverModel model, Dictionary<string, ModelInput> inputs, Dictionary<string, IReadOnlyList<int>> points)
    {
        InputTokens tokens = model.Inputs.Join(model.Inputs.Parts(inputs));
        reference.ShouldMatch("encoder_tokens", tokens.Joined);
        Tensor read = model.Encoder.Crosses[0].Forward(model.Encoder.Latents(1), tokens.Joined, tokens.Ignored);
        reference.ShouldMatch("after_encoder_cross_attention", read);
        reference.ShouldMatch("after_first_self_attention_layer", model.Encoder.Selfs[0].Forward(read));

        using EncodedInputs encoded = model.Encode(inputs);
        reference.ShouldMatch("last_hidden_state", encoded.Latents);
        QueriedAdapter[] asked =
            [.. model.Outputs.Adapters.OfType<QueriedAdapter>().Where(a => a.Config is not DenseOutput || points.ContainsKey(a.Name))];
        Tensor queries = cat([.. asked.Select(a => a.Queries(encoded, points.GetValueOrDefault(a.Name, [])))], 1);
        reference.ShouldMatch("decoder_query", queries);
        Decoder decoder = asked[0].Decoder;
        reference.ShouldMatch("after_decoder_cross_attention", decoder.Cross.Forward(queries, decoder.ProjectKeys(encoded.Latents)));

        IReadOnlyDictionary<string, Tensor> outputs = model.Decode(encoded, points);
        foreach ((string name, Tensor output) in outputs)
            reference.OutputShouldMatch(outputs.Count == 1 ? "logits" : $"logits/{name}", output);
    }

    private static PerceiverConfig Config(string model) => ConfigFile.Parse(ReferenceCase.ConfigJson(model), model);

    // A type, then the sizes.
    private static IEnumerable<long> Shape(JsonElement key) => key.EnumerateArray().Skip(1).Select(v => v.GetInt64());
}
