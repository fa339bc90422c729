using System.IO.Compression;
using System.Text;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Worker.Tests;

/// <summary>The <c>model</c> verbs as a user meets them.</summary>
public sealed class ModelVerbTests : IDisposable
{
    private static readonly string Golden = RepositoryRoot.Path("tests", "StreamPerceiver.Model.Tests", "Golden");
    private static readonly string Language = Path.Combine(Golden, "sharded");
    private static readonly string Case = Path.Combine(Language, "case.npz");

    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task Run_gives_what_the_reference_gave_and_compare_says_so()
    {
        (await _worker.RunAsync("model", "run", Language, "--in", Case, "--out", "out.npz"))
            .ShouldBe(new WorkerProcess.Ended(0, "out.npz: logits [2, 33, 262]\n", ""));

        WorkerProcess.Ended same = await _worker.RunAsync("model", "compare", Case, "out.npz", "--tolerance", "2e-5");
        WorkerProcess.Ended tooStrict = await _worker.RunAsync("model", "compare", Case, "out.npz", "--tolerance", "1e-12");

        same.Code.ShouldBe(0);
        same.Output.ShouldStartWith("logits [2, 33, 262]: largest difference ");
        tooStrict.Code.ShouldBe(1);
        tooStrict.Output.ShouldEndWith("; beyond 1E-12\n");
    }

    [Fact]
    public async Task Compare_of_files_that_share_no_output_fails()
    {
        string other = RepositoryRoot.Path("tests", "StreamPerceiver.Formats.Tests", "Golden", "npz", "stored.npz");

        (await _worker.RunAsync("model", "compare", other, Case)).Code.ShouldBe(1);
    }

    [Fact]
    public async Task Run_refuses_arrays_that_the_model_does_not_take()
    {
        WorkerProcess.Ended ended = await _worker.RunAsync("model", "run", Path.Combine(Golden, "D"), "--in", Case, "--out", "out.npz");

        ended.Code.ShouldBe(2);
        ended.Error.ShouldBe($"{Case}: array 'inputs': raw input is [2, 33], expected [B, 3, H, W]\n");
        File.Exists(Path.Combine(_worker.Folder, "out.npz")).ShouldBeFalse();
    }

    // 128 MB of zeros each, in 130 kB.
    [Theory]
    [InlineData(1, 16777216, "input 'text': grid 16777216: its positions are trained for 33")]
    [InlineData(16777216, 1, "the arrays are 16777216 windows, whose latents are 2348810240 numbers, expected at most 1073741824: run fewer at once")]
    public async Task Run_refuses_arrays_of_an_enormous_shape_by_their_header(int windows, int tokens, string reason)
    {
        string file = Path.Combine(_worker.Folder, "zeros.npz");
        using (ZipArchive archive = ZipFile.Open(file, ZipArchiveMode.Create))
        using (Stream entry = archive.CreateEntry("inputs.npy", CompressionLevel.Fastest).Open())
        {
            string header = $"{{'descr': '<i8', 'fortran_order': False, 'shape': ({windows}, {tokens}), }}".PadRight(117) + "\n";
            entry.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header)]);
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 128; i++) entry.Write(zeros);
        }

        WorkerProcess.Ended ended = await _worker.RunAsync("model", "run", Language, "--in", file, "--out", "out.npz");

        (ended.Code, ended.Output, ended.Error).ShouldBe((2, "", $"{file}: {reason}\n"));
    }

    [Fact]
    public async Task Inspect_prints_what_a_model_is_made_of()
    {
        WorkerProcess.Ended ended = await _worker.RunAsync("model", "inspect", Path.Combine(Golden, "D"));

        ended.Code.ShouldBe(0);
        ended.Output.ShouldContain("ImageClassificationFourier");
        ended.Output.ShouldContain("model.safetensors: F32, as the configuration needs them");
        ended.Output.ShouldContain("parameters    151,808");
        ended.Output.ShouldContain("image: ImageInput, 224 x 224 = 50,176 tokens of 3 features and 258 position channels");
        ended.Output.ShouldMatch(@"encoder cross-attention +\d+\.\d\d GFLOP");
        ended.Output.ShouldMatch(@"tokens +49\.96 MiB");
    }

    [Fact]
    public async Task Import_writes_a_directory_that_runs_the_same()
    {
        (await _worker.RunAsync("model", "import", Language, "imported"))
            .ShouldBe(new WorkerProcess.Ended(0, "imported: MaskedLanguageModel, 24,938 parameters\n", ""));

        (await _worker.RunAsync("model", "run", "imported", "--in", Case, "--out", "out.npz")).Code.ShouldBe(0);
        (await _worker.RunAsync("model", "compare", Case, "out.npz", "--tolerance", "2e-5")).Code.ShouldBe(0);
    }

    [Theory]
    [InlineData("pytorch_model.bin", "posix.system")]
    [InlineData("pytorch_model_mixed.bin", "__builtin__.eval")]
    public async Task A_pickle_that_would_run_something_is_refused_by_its_name(string file, string name)
    {
        Directory.CreateDirectory(Path.Combine(_worker.Folder, "evil"));
        File.Copy(Path.Combine(Golden, "D", "config.json"), Path.Combine(_worker.Folder, "evil", "config.json"));
        File.Copy(Path.Combine(Golden, "torch", "evil", file), Path.Combine(_worker.Folder, "evil", "pytorch_model.bin"));

        WorkerProcess.Ended ended = await _worker.RunAsync("model", "import", "evil", "imported");

        ended.Code.ShouldBe(2);
        ended.Error.ShouldContain($"refers to '{name}', which is not among the constructors of tensors: nothing was run");
        Directory.Exists(Path.Combine(_worker.Folder, "imported")).ShouldBeFalse();
    }

    [Fact]
    public async Task Init_of_an_official_model_writes_its_configuration_and_untrained_weights()
    {
        (await _worker.RunAsync("model", "init", "multimodal", "--official", "multimodal-perceiver")).Code.ShouldBe(0);

        (await _worker.RunAsync("model", "inspect", "multimodal")).Output.ShouldContain("parameters    19,858,855");
        (await _worker.RunAsync("model", "init", "x", "--official", "bert")).Error.ShouldContain(
            "'bert' is not an official model, expected one of language-perceiver, ");
    }
}
