using Xunit.Abstractions;

using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Parity with Hugging Face's implementation at every recorded stage (Perceiver IO, arXiv:2107.14795).</summary>
public sealed class GoldenTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("D")]
    [InlineData("G")]
    public void The_parameter_list_is_that_of_the_reference(string name)
    {
        Golden golden = new(name, log);

        Dictionary<string, long[]> actual = ParameterList.Of(golden.Config()).ToDictionary(p => p.Key, p => p.Shape.ToArray());

        Dictionary<string, long[]> expected = golden.KeyShapes();
        actual.Keys.ShouldBe(expected.Keys, ignoreOrder: true);
        foreach ((string key, long[] shape) in expected)
            actual[key].ShouldBe(shape, key);
    }

    [Fact]
    public void Fourier_classifier_with_recipe_weights_matches()
    {
        Golden golden = new("D", log);
        using PerceiverModel model = Some.Model(golden.Config());
        ShouldMatchFourier(golden, model);
    }

    [Fact]
    public void Fourier_classifier_from_its_directory_matches()
    {
        Golden golden = new("D", log);
        using PerceiverModel model = PerceiverModel.Load(Golden.PathOf("D"));
        ShouldMatchFourier(golden, model);
    }

    [Fact]
    public void Multimodal_autoencoder_with_recipe_weights_matches()
    {
        Golden golden = new("G", log);
        using PerceiverModel model = Some.Model(golden.Config());
        Dictionary<string, ModelInput> inputs = new()
        {
            ["image"] = RawInputs.Video(Some.Tensor(1, 1, 2, 3, 16, 16), (ImageInput)model.Config.Inputs["image"]),
            ["audio"] = RawInputs.Audio(Some.Tensor(2, 1, 64, 1), (AudioInput)model.Config.Inputs["audio"]),
            ["label"] = RawInputs.OneHot(zeros(1, 5)),
        };
        Dictionary<string, IReadOnlyList<int>> points = new() { ["image"] = [.. Enumerable.Range(128, 8)], ["audio"] = [2, 3] };

        ShouldMatchStages(golden, model, inputs, points);

        IReadOnlyDictionary<string, Tensor> outputs = model.Forward(inputs, points);
        outputs.Keys.ShouldBe(["audio", "image", "label"]);
        foreach ((string name, Tensor output) in outputs)
            golden.ShouldMatch($"logits.{name}", output);
    }

    private static void ShouldMatchFourier(Golden golden, PerceiverModel model)
    {
        // The configured grid is the class's 224 x 224; the case brings 8 x 10, of which neither can pass for the other.
        Dictionary<string, ModelInput> inputs = new() { ["image"] = RawInputs.Image(Some.Tensor(1, 1, 3, 8, 10), (ImageInput)model.Config.Inputs["image"]) };

        ShouldMatchStages(golden, model, inputs, []);

        golden.ShouldMatch("logits", model.Forward(inputs)["label"]);
    }

    private static void ShouldMatchStages(
        Golden golden, PerceiverModel model, Dictionary<string, ModelInput> inputs, Dictionary<string, IReadOnlyList<int>> points)
    {
        (Tensor tokens, Tensor? ignored) = model.Inputs.Tokens(inputs);
        golden.ShouldMatch("encoder_kv_inputs", tokens);
        golden.ShouldMatch("last_hidden_state", model.Encoder.Forward(tokens, ignored));
        golden.ShouldMatch("decoder_query", OutputSet.Queries(1, model.Outputs.Requests(points)));
    }
}
