using System.Runtime.CompilerServices;
using System.Text.Json;

using StreamPerceiver.Formats;
using Xunit.Abstractions;

namespace StreamPerceiver.Model.Tests;

/// <summary>
/// Checkpoints on disk, as several releases of Hugging Face and PyTorch write them, run to the recorded logits. The files are kept beside the
/// project, not in it; what of them is small and made by one release alone is under Golden, too.
/// </summary>
public sealed class SharedCheckpointTests(ITestOutputHelper log)
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Here(), "../../../shared/golden/checkpoints"));

    [SkippableTheory]
    [InlineData("A", "model.safetensors")]
    [InlineData("A", "pytorch_model.bin")]
    [InlineData("B", "model.safetensors")]
    [InlineData("B", "pytorch_model.bin")]
    [InlineData("D", "model.safetensors")]
    [InlineData("D", "pytorch_model.bin")]
    [InlineData("E", "model.safetensors")]
    [InlineData("E", "pytorch_model.bin")]
    [InlineData("legacy", "pytorch_model.bin")]
    [InlineData("D-torch-variants", "protocol4.bin")]
    [InlineData("D-torch-variants", "nested.bin")]
    public void A_recorded_case_gives_its_logits(string directory, string weights)
    {
        using Some.TemporaryDirectory model = Model(directory is "legacy" or "D-torch-variants" ? "D" : directory, directory, weights);
        string name = directory.Length == 1 ? directory : "D";
        using PerceiverModel perceiver = Checkpoint.Load(model.Path);

        new Golden(name, log).ShouldMatch("logits", perceiver.Forward(GoldenInputs.Of(name, perceiver.Config)).Values.Single());
    }

    [SkippableTheory]
    [InlineData("D-fp16")]
    [InlineData("D-bf16")]
    public void Half_precision_weights_are_widened(string directory)
    {
        using Some.TemporaryDirectory model = Model(directory, directory, "model.safetensors");
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, directory, "expected.json")));
        using PerceiverModel perceiver = Checkpoint.Load(model.Path);

        float[] logits = Some.Logits(perceiver, GoldenInputs.Of("D", perceiver.Config));

        logits.ShouldBe(
            [.. expected.RootElement.GetProperty("logits_when_weights_upcast_to_fp32").EnumerateArray().Select(v => v.GetSingle())], (float)Golden.Tolerance);
    }

    [SkippableTheory]
    [InlineData("hf5-fourier")]
    [InlineData("hf5-mlm-sharded")]
    public void A_stored_case_of_arrays_gives_its_logits(string directory)
    {
        RequireFolder();
        ShouldGiveItsLogits(Path.Combine(Folder, directory));
    }

    [Fact]
    public void The_stored_case_in_the_project_gives_its_logits() => ShouldGiveItsLogits(Golden.PathOf("sharded"));

    private void ShouldGiveItsLogits(string directory)
    {
        using PerceiverModel model = Checkpoint.Load(directory);
        IReadOnlyDictionary<string, NpyArray> stored = Npz.Read(Path.Combine(directory, "case.npz"));

        NamedCall call = NamedArrays.ToCall(model.Config, stored);
        IReadOnlyDictionary<string, NpyArray> actual = NamedArrays.FromOutputs(model.Config, model.Forward(call.Inputs, call.Points));

        ArrayComparison logits = ArrayComparison.CompareFiles(stored, actual).ShouldHaveSingleItem();
        log.WriteLine($"{Path.GetFileName(directory)}: largest difference {logits.Largest:E2}");
        logits.IsWithin(Golden.Tolerance).ShouldBeTrue(logits.ToString());
    }

    // A directory with one of the files alone, under the name that is looked for.
    private static Some.TemporaryDirectory Model(string configOf, string directory, string weights)
    {
        RequireFolder();
        Some.TemporaryDirectory model = Some.Directory();
        File.Copy(Path.Combine(Folder, configOf, "config.json"), Path.Combine(model.Path, "config.json"));
        string name = Path.GetExtension(weights) == ".bin" ? "pytorch_model.bin" : weights;
        File.Copy(Path.Combine(Folder, directory, weights), Path.Combine(model.Path, name));
        return model;
    }

    private static void RequireFolder() =>
        Skip.IfNot(Directory.Exists(Folder), "the reference checkpoints are not beside the project (../shared/golden/checkpoints)");

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
