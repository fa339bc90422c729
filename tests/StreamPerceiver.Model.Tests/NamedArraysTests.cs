using StreamPerceiver.Formats;
using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Arrays under Hugging Face's names.</summary>
public sealed class NamedArraysTests
{
    private static readonly PerceiverConfig Multimodal = ConfigFile.Parse(
        """
        {
          "architectures": ["PerceiverForMultimodalAutoencoding"], "num_latents": 4, "d_latents": 16, "num_self_attends_per_block": 2,
          "num_self_attention_heads": 2, "num_cross_attention_heads": 1, "num_labels": 5, "num_frames": 2, "image_size": 4,
          "audio_samples_per_frame": 32, "samples_per_patch": 8, "output_shape": [1, 2, 16, 16]
        }
        """,
        "test");

    [Fact]
    public void Nested_names_are_those_of_inputs_and_outputs()
    {
        Dictionary<string, NpyArray> arrays = Clip();
        arrays["subsampled_output_points.image"] = NpyArray.FromLongs([3], [5, 7, 11]);
        arrays["subsampled_output_points.audio"] = NpyArray.FromLongs([2], [2, 3]);
        using PerceiverModel model = Some.Model(Multimodal);

        NamedCall call = NamedArrays.ToCall(Multimodal, arrays);
        IReadOnlyDictionary<string, NpyArray> outputs = NamedArrays.FromOutputs(Multimodal, model.Forward(call.Inputs, call.Points));

        outputs.ToDictionary(o => o.Key, o => string.Join(' ', o.Value.Shape)).ShouldBe(
            new Dictionary<string, string> { ["logits.audio"] = "1 16", ["logits.image"] = "1 3 3", ["logits.label"] = "1 5" }, ignoreOrder: true);
    }

    [Fact]
    public void Without_points_a_dense_output_is_whole()
    {
        using PerceiverModel model = Some.Model(Multimodal);
        NamedCall call = NamedArrays.ToCall(Multimodal, Clip());

        IReadOnlyDictionary<string, Tensor> outputs = model.Forward(call.Inputs, call.Points);

        outputs["image"].shape.ShouldBe([1, 2 * 16 * 16, 3]);
        outputs["audio"].shape.ShouldBe([1, 64]);
    }

    [Fact]
    public void One_mask_over_all_tokens_is_cut_at_the_inputs()
    {
        // Tokens in ordinal order of the inputs: 8 of audio, 32 of the image, one label.
        Dictionary<string, NpyArray> arrays = Clip();
        arrays["attention_mask"] = NpyArray.FromLongs([1, 41], [.. Enumerable.Range(0, 41).Select(i => i is < 3 or 40 ? 0L : 1L)]);

        NamedCall call = NamedArrays.ToCall(Multimodal, arrays);

        Numbers(call.Inputs["audio"].Mask!).ShouldBe([0, 0, 0, 1, 1, 1, 1, 1]);
        Numbers(call.Inputs["image"].Mask!).ShouldBe([.. Enumerable.Repeat(1f, 32)]);
        Numbers(call.Inputs["label"].Mask!).ShouldBe([0]);
    }

    [Theory]
    [InlineData("input_ids")]
    [InlineData("inputs")]
    public void A_single_input_goes_by_its_usual_names(string name)
    {
        PerceiverConfig config = ConfigFile.Read(Golden.PathOf("sharded"));

        NamedCall call = NamedArrays.ToCall(config, new Dictionary<string, NpyArray> { [name] = NpyArray.FromLongs([1, 3], [4, 100, 5]) });

        Arrays.ToFloats(call.Inputs["text"].Content).ShouldBe([4, 100, 5]);
        call.Points.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("label",
        "array 'label': the model takes inputs.audio, inputs.image, inputs.label, attention_mask, subsampled_output_points.audio, "
            + "subsampled_output_points.image")]
    [InlineData("inputs.image", "array 'inputs.image': raw input is [3], expected [B, T, 3, H, W]")]
    [InlineData("attention_mask", "array 'attention_mask' is [3], expected [B, 41]: all tokens of audio, image, label")]
    [InlineData("subsampled_output_points.audio", "array 'subsampled_output_points.audio' holds -1: points are counted from 0")]
    public void What_does_not_fit_is_refused(string name, string message)
    {
        Dictionary<string, NpyArray> arrays = Clip();
        arrays[name] = NpyArray.FromLongs([3], [2, -1, 0]);

        Should.Throw<ModelInputException>(() => NamedArrays.ToCall(Multimodal, arrays)).Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("inputs.image", new long[] { 1, 2, 3, 16, 16 }, null)]
    [InlineData("inputs.image", new long[] { 1, 2, 3, 16, 17 }, "raw input is [1, 2, 3, 16, 17], expected H and W multiples of the patch size 4")]
    [InlineData("inputs.image", new long[] { 1, 2, 3, 1 << 20, 1 << 20 }, "array 'inputs.image' is [1, 2, 3, 1048576, 1048576]: that is more numbers than")]
    [InlineData("inputs.image", new long[] { 1, 2, 3, 16384, 16384 }, null)]
    [InlineData("inputs.audio", new long[] { 2, 64 }, "input 'image' has B = 1, but input 'audio' has B = 2")]
    [InlineData("attention_mask", new long[] { 1, 42 }, "array 'attention_mask' is [1, 42], expected [B, 41]")]
    [InlineData("inputs.label", new long[] { 1, 6 }, "input 'label': content is [1, 1, 6], expected [B, 1, 5]")]
    public void Headers_alone_are_checked_as_the_arrays_would_be(string name, long[] shape, string? problem)
    {
        Dictionary<string, NpyShape> shapes = Clip().ToDictionary(a => a.Key, a => new NpyShape(a.Value.Type, a.Value.Shape));
        shapes[name] = new NpyShape(NpyType.F32, shape);

        if (problem is null) NamedArrays.RequireShapes(Multimodal, shapes);
        else Should.Throw<ModelInputException>(() => NamedArrays.RequireShapes(Multimodal, shapes)).Message.ShouldContain(problem);
    }

    private static Dictionary<string, NpyArray> Clip() => new()
    {
        ["inputs.image"] = NpyArray.FromFloats([1, 2, 3, 16, 16], Some.Numbers(2 * 3 * 16 * 16, 1)),
        ["inputs.audio"] = NpyArray.FromFloats([1, 64, 1], Some.Numbers(64, 2)),
        ["inputs.label"] = NpyArray.FromFloats([1, 5], new float[5]),
    };

    private static float[] Numbers(Tensor mask) => Arrays.ToFloats(mask.to(ScalarType.Float32));
}
