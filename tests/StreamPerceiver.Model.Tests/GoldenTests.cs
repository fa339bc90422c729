using Xunit.Abstractions;

using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Parity with Hugging Face's implementation at every recorded stage (Perceiver IO, arXiv:2107.14795).</summary>
public sealed class GoldenTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("A")]
    [InlineData("B")]
    [InlineData("C")]
    [InlineData("D")]
    [InlineData("E")]
    [InlineData("F")]
    [InlineData("G")]
    public void The_parameter_list_is_that_of_the_reference(string name)
    {
        Golden golden = new(name, log);

        Dictionary<string, long[]> actual = ParameterList.For(golden.Config()).ToDictionary(p => p.Key, p => p.Shape.ToArray());

        Dictionary<string, long[]> expected = golden.KeyShapes();
        actual.Keys.ShouldBe(expected.Keys, ignoreOrder: true);
        foreach ((string key, long[] shape) in expected)
            actual[key].ShouldBe(shape, key);
    }

    public static TheoryData<string, string> SingleInputModels => Some.WithPlans("A", "A2", "B", "C", "D", "E", "F");

    [Theory]
    [MemberData(nameof(SingleInputModels))]
    public void A_single_input_model_with_recipe_weights_matches(string name, string plan)
    {
        Golden golden = new(name, log);
        using PerceiverModel model = Some.Model(golden.Config(), plan);
        ShouldMatch(golden, model, GoldenInputs.Of(name, model.Config));
    }

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void Fourier_classifier_from_its_directory_matches(string plan)
    {
        Golden golden = new("D", log);
        using PerceiverModel model = Checkpoint.Load(Golden.PathOf("D"), Some.Plan(plan));
        ShouldMatch(golden, model, GoldenInputs.Of("D", model.Config));
    }

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void Multimodal_autoencoder_with_recipe_weights_matches(string plan)
    {
        Golden golden = new("G", log);
        using PerceiverModel model = Some.Model(golden.Config(), plan);
        Dictionary<string, ModelInput> inputs = GoldenInputs.OfMultimodal(model.Config);
        Dictionary<string, IReadOnlyList<int>> points = GoldenInputs.PointsOf("G");

        ShouldMatchStages(golden, model, inputs, points);

        IReadOnlyDictionary<string, Tensor> outputs = model.Forward(inputs, points);
        outputs.Keys.ShouldBe(["audio", "image", "label"]);
        foreach ((string name, Tensor output) in outputs)
            golden.ShouldMatch($"logits.{name}", output);
    }

    private static void ShouldMatch(Golden golden, PerceiverModel model, Dictionary<string, ModelInput> inputs)
    {
        ShouldMatchStages(golden, model, inputs, []);

        golden.ShouldMatch("logits", model.Forward(inputs).Values.Single());
    }

    private static void ShouldMatchStages(
        Golden golden, PerceiverModel model, Dictionary<string, ModelInput> inputs, Dictionary<string, IReadOnlyList<int>> points)
    {
        InputTokens tokens = model.Inputs.Join(model.Inputs.Parts(inputs));
        using EncodedInputs encoded = model.Encode(inputs);
        golden.ShouldMatch("encoder_kv_inputs", tokens.Joined);
        golden.ShouldMatch("last_hidden_state", encoded.Latents);
        golden.ShouldMatch("decoder_query", Some.Queries(model, encoded, points));
    }
}
