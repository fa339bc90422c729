using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using StreamPerceiver.TestKit;
using static TorchSharp.torch;

namespace StreamPerceiver.Training.Tests;

/// <summary>What a trained checkpoint answers: by this product's plans, and by the PyTorch modules of tests/peers.</summary>
public sealed class TrainedNetworkTests(TrainedNetwork trained) : IClassFixture<TrainedNetwork>
{
    // Debian's packages are for Debian's own Python.
    private const string Python = "/usr/bin/python3";
    private const float Tolerance = 1e-4f;

    private readonly TrainedNetwork _trained = trained;

    [Fact]
    public void The_training_has_learned_what_the_comparisons_are_about()
    {
        float[] logits = Forward(ExecutionPlan.Kernels());

        logits.Chunk(logits.Length / _trained.Labels.Count).Select(row => Array.IndexOf(row, row.Max())).ShouldBe(_trained.Labels);
    }

    [Fact]
    public void The_plans_of_inference_have_the_logits_of_the_training()
    {
        using IDisposable scope = NewDisposeScope();
        using var model = new TrainableModel(_trained.Untrained, Checkpoint.Read(_trained.Folder).Tensors);
        float[] training = model.Forward(_trained.Call.Inputs)[_trained.Output].data<float>().ToArray();

        Forward(ExecutionPlan.Kernels()).ShouldBe(training, Tolerance);
        Forward(ExecutionPlan.Tensors()).ShouldBe(training, Tolerance);
    }

    [SkippableFact]
    public void A_network_in_PyTorch_has_the_same_logits()
    {
        Skip.If(ProgramResult.Of(Python, "-c", "import numpy, torch").ExitCode != 0, "python3-torch or python3-numpy is not installed");
        string inputs = Path.Combine(_trained.Folder, "inputs.npz"), outputs = Path.Combine(_trained.Folder, "outputs.npz");
        Npz.Write(inputs, _trained.Arrays);

        ProgramResult run = ProgramResult.Of(
            Python, "-B", RepositoryRoot.Path("tests", "peers", "one_run.py"), "pytorch-float32", _trained.Folder, inputs, "--out", outputs, "--threads", "1");

        run.ExitCode.ShouldBe(0, run.Error);
        Npz.Read(outputs)[$"logits.{_trained.Output}"].ToFloats().ShouldBe(Forward(ExecutionPlan.Kernels()), Tolerance);
    }

    private float[] Forward(ExecutionPlan plan)
    {
        using IDisposable scope = NewDisposeScope();
        using PerceiverModel model = Checkpoint.Load(_trained.Folder, plan);
        return model.Forward(_trained.Call.Inputs)[_trained.Output].data<float>().ToArray();
    }
}
