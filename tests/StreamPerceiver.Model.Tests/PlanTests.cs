using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Which plan a choice gives, and what is refused.</summary>
public sealed class PlanTests
{
    private const string KernelsOnGpu = "Inference:Plan is 'kernels' and Inference:Device is 'cuda', but the kernels run on the CPU alone, "
        + "expected Inference:Plan auto or tensors";

    [Theory]
    [InlineData("auto", "auto", 0, "kernels on cpu")]
    [InlineData("auto", "auto", 1, "tensors on cuda:0")]
    [InlineData("auto", "kernels", 1, "kernels on cpu")]
    [InlineData("auto", "tensors", 0, "tensors on cpu")]
    [InlineData("auto", "tensors", 2, "tensors on cuda:0")]
    [InlineData("cpu", "auto", 1, "kernels on cpu")]
    [InlineData("cpu", "tensors", 1, "tensors on cpu")]
    [InlineData("cuda", "auto", 1, "tensors on cuda:0")]
    [InlineData("cuda:1", "tensors", 2, "tensors on cuda:1")]
    public void A_choice_gives_a_plan_on_a_device(string device, string plan, int gpus, string expected)
    {
        ExecutionPlan made = new PlanChoice(device, plan).Make(gpus);

        $"{made.Name} on {made.Device}".ShouldBe(expected);
        made.Precision.ShouldBe(Precision.Float32);
        made.In(Precision.BFloat16).Precision.ShouldBe(Precision.BFloat16);
    }

    [Theory]
    [InlineData("cuda", "auto", 0, "Inference:Device is 'cuda', but libtorch finds no GPU here, expected auto or cpu")]
    [InlineData("cuda:2", "tensors", 2, "Inference:Device is 'cuda:2', but libtorch numbers its GPUs from 0 to 1 here")]
    [InlineData("cuda", "kernels", 1, KernelsOnGpu)]
    [InlineData("gpu", "auto", 1, "Inference:Device is 'gpu', expected auto, cpu, cuda or cuda:N")]
    [InlineData("cuda:x", "auto", 1, "Inference:Device is 'cuda:x', expected auto, cpu, cuda or cuda:N")]
    [InlineData("cpu", "fast", 1, "Inference:Plan is 'fast', expected auto, kernels or tensors")]
    public void What_cannot_run_is_refused_in_a_line(string device, string plan, int gpus, string message) =>
        Should.Throw<PlanException>(() => new PlanChoice(device, plan, "Inference:Device", "Inference:Plan").Make(gpus)).Message.ShouldBe(message);

    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void Arrays_with_and_without_masks_give_what_tensors_give_batch_after_batch(string plan)
    {
        PerceiverConfig config = Some.Config();
        using PerceiverModel model = Some.Model(config, plan);
        foreach (int batch in new[] { 1, 3, 2 }) // the buffer is made, grows, and is larger than it must be
        {
            float[] camera = Some.Numbers(batch * 30 * 12, 1), imu = Some.Numbers(batch * 11 * 5, 2);
            byte[] kept = [.. Enumerable.Repeat(Some.Kept(11, 3, 7), batch).SelectMany(row => row)];
            Dictionary<string, ModelInput> tensors = new()
            {
                ["camera"] = new ModelInput(Arrays.ToTensor(camera, CPU, batch, 30, 12)),
                ["imu"] = new ModelInput(Arrays.ToTensor(imu, CPU, batch, 11, 5), Arrays.ToTensor(kept, CPU, batch, 11)),
            };

            Dictionary<string, ArrayInput> arrays = new() { ["camera"] = new(camera), ["imu"] = new(imu, kept) };
            IReadOnlyDictionary<string, float[]> outputs = model.Run(batch, arrays);

            outputs["activity"].ShouldBe(Some.Logits(model, tensors));
        }
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Linear_layers_keep_their_weight_in_the_plans_precision_and_give_it_back(Precision precision)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor weight = Some.Tensor(1, 37, 21), bias = Some.Tensor(2, 37);
        foreach (string plan in new[] { PlanChoice.Kernels, PlanChoice.Tensors })
        {
            using Linear layer = Some.Plan(plan, precision).MakeLinear(weight, bias);
            (layer.Inputs, layer.Outputs).ShouldBe((21, 37));
            Arrays.ToFloats(layer.Weight.to(ScalarType.Float32)).ShouldBe(Arrays.ToFloats(weight), precision == Precision.Float32 ? 1e-9f : 4e-3f);
            Arrays.ToFloats(layer.Bias.to(ScalarType.Float32)).ShouldBe(Arrays.ToFloats(bias), precision == Precision.Float32 ? 1e-9f : 4e-3f);
        }
    }
}
