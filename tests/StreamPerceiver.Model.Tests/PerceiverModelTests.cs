using TorchSharp;

using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

public sealed class PerceiverModelTests
{
    private const float Rounding = 1e-5f;

    [Fact]
    public void Inputs_are_joined_in_ordinal_order_whatever_order_they_come_in()
    {
        PerceiverConfig config = Some.Config();
        PerceiverConfig reversed = config with { Inputs = new Dictionary<string, InputConfig>(config.Inputs.Reverse()) };
        using PerceiverModel one = Some.Model(config);
        using PerceiverModel other = Some.Model(reversed);
        Dictionary<string, ModelInput> inputs = Some.Inputs(config, batch: 2);

        float[] expected = Some.Logits(one, inputs);

        Some.Logits(other, new Dictionary<string, ModelInput>(inputs.Reverse())).ShouldBe(expected);
        reversed.Inputs.Keys.ShouldBe(["camera", "imu"]);
    }

    [Fact]
    public void Run_on_arrays_gives_the_numbers_of_Forward()
    {
        using PerceiverModel model = Some.Model(Some.Config());
        Dictionary<string, ModelInput> inputs = Some.Inputs(model.Config, batch: 2);
        inputs["imu"] = inputs["imu"] with { Mask = Some.Mask(2, Some.Kept(11, 4)) };
        Dictionary<string, ArrayInput> arrays = inputs.ToDictionary(i => i.Key, i => new ArrayInput(Arrays.ToFloats(i.Value.Content)));
        arrays["imu"] = arrays["imu"] with { Mask = Enumerable.Repeat(Some.Kept(11, 4), 2).SelectMany(r => r).ToArray() };

        model.Run(2, arrays)["activity"].ShouldBe(Some.Logits(model, inputs));
    }

    [Fact]
    public void The_label_input_of_the_multimodal_model_is_always_its_mask_vector()
    {
        using PerceiverModel model = Some.Model(Multimodal());
        Dictionary<string, ModelInput> inputs = Some.Inputs(model.Config, batch: 2);
        float[] expected = Some.Logits(model, inputs);

        inputs["label"] = new ModelInput(Some.Tensor(99, 2, 1, 5));
        Some.Logits(model, inputs).ShouldBe(expected);
        inputs.Remove("label");
        Some.Logits(model, inputs).ShouldBe(expected);

        float[] token = Arrays.ToFloats(model.Inputs.Join(model.Inputs.Parts(inputs)).Joined.narrow(1, 40, 1).narrow(0, 1, 1));
        token.ShouldBe(Arrays.ToFloats(Some.Weights(model.Config)["perceiver.input_preprocessor.mask.label"]));
    }

    [Fact]
    public void A_dense_output_is_computed_only_where_it_is_asked_for()
    {
        using PerceiverModel model = Some.Model(Multimodal());
        Dictionary<string, ModelInput> inputs = Some.Inputs(model.Config, batch: 3);
        Dictionary<string, IReadOnlyList<int>> points = new() { ["image"] = [1, 2, 3, 5, 7, 11, 13], ["audio"] = [0, 1, 2, 3, 4] };

        IReadOnlyDictionary<string, Tensor> all = model.Forward(inputs, points);
        IReadOnlyDictionary<string, Tensor> label = model.Forward(inputs);

        all["image"].shape.ShouldBe([3, 7, 3]);
        all["audio"].shape.ShouldBe([3, 5 * 8]);
        label.Keys.ShouldBe(["label"]);
        Arrays.ToFloats(label["label"]).ShouldBe(Arrays.ToFloats(all["label"]), Rounding);

        model.Forward(inputs, new Dictionary<string, IReadOnlyList<int>> { ["audio"] = [] })["audio"].shape.ShouldBe([3, 0]);

        // Rows of the decoder do not see each other: asked alone, a point answers the same.
        points = new() { ["image"] = [11] };
        Arrays.ToFloats(model.Forward(inputs, points)["image"]).ShouldBe(Arrays.ToFloats(all["image"].narrow(1, 5, 1)), Rounding);
    }

    [Fact]
    public void A_forward_leaves_nothing_behind_but_its_outputs()
    {
        using PerceiverModel model = Some.Model(Some.Config());
        Dictionary<string, ModelInput> inputs = Some.Inputs(model.Config, batch: 2);
        Dictionary<string, ArrayInput> arrays = inputs.ToDictionary(i => i.Key, i => new ArrayInput(Arrays.ToFloats(i.Value.Content)));
        model.Run(2, arrays); // its buffer stays

        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Tensor logits = model.Forward(inputs)["activity"];

        (DisposeScopeManager.Statistics.ThreadTotalLiveCount - before).ShouldBe(1);
        logits.Dispose();
        model.Run(2, arrays);
        (DisposeScopeManager.Statistics.ThreadTotalLiveCount - before).ShouldBe(0);
    }

    [Fact]
    public void A_model_made_in_a_callers_scope_outlives_it()
    {
        PerceiverModel model;
        Dictionary<string, ModelInput> inputs = Some.Inputs(Some.Config(), batch: 1);
        using (NewDisposeScope())
        {
            model = Some.Model(Some.Config());
            model.Forward(inputs);
        }

        Some.Logits(model, inputs).Length.ShouldBe(7);
        model.Dispose();
    }

    [Fact]
    public void The_mlp_uses_the_exact_gelu()
    {
        // All weights are zero but the norm's bias and two unit matrices: what leaves the layer is gelu(bias).
        float[] x = [0.5f, -0.5f, 1f, -1f, 3f, -3f];
        Dictionary<string, Tensor> weights = [];
        string[] layers = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "mlp.dense1", "mlp.dense2"];
        foreach (string name in layers)
        {
            weights[name + ".weight"] = name.StartsWith("mlp", StringComparison.Ordinal) ? Unit(6) : zeros(6, 6);
            weights[name + ".bias"] = zeros(6);
        }

        foreach (string name in new[] { "attention.self.layernorm1", "layernorm" })
        {
            weights[name + ".weight"] = zeros(6);
            weights[name + ".bias"] = Arrays.ToTensor(x, CPU, 6);
        }

        float[] y = Arrays.ToFloats(TransformerLayer.Self(new WeightScope(weights, "", ExecutionPlan.Kernels()), heads: 1).Forward(zeros(1, 1, 6)));

        y.ShouldBe([0.345731f, -0.154269f, 0.841345f, -0.158655f, 2.995950f, -0.004050f], 1e-6f);
    }

    private static Tensor Unit(int size) =>
        Arrays.ToTensor(Enumerable.Range(0, size * size).Select(i => i / size == i % size ? 1f : 0f).ToArray(), CPU, size, size);

    private static PerceiverConfig Multimodal() => ConfigFile.Parse(
        """
        {
          "architectures": ["PerceiverForMultimodalAutoencoding"], "num_latents": 4, "d_latents": 16, "num_self_attends_per_block": 2,
          "num_self_attention_heads": 2, "num_cross_attention_heads": 1, "num_labels": 5, "num_frames": 2, "image_size": 4,
          "audio_samples_per_frame": 32, "samples_per_patch": 8, "output_shape": [1, 2, 16, 16]
        }
        """,
        "test");
}
