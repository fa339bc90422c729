using System.Text.RegularExpressions;

namespace StreamPerceiver.Worker.Tests;

/// <summary>The libraries beside the worker, and what it does without the environment of a shell.</summary>
public sealed partial class NativeFilesTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public void Beside_the_worker_are_the_libraries_that_it_uses_and_no_other()
        => Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(AppContext.BaseDirectory, f))
            .Where(f => Library().IsMatch(f)).Select(f => Gomp().Replace(f, "libgomp"))
            .ShouldBe(
            [
                "centos8-librdkafka.so", "libHarfBuzzSharp.so", "libLibTorchSharp.so", "libOpenCvSharpExtern.so", "libSkiaSharp.so", "libc10.so", "libgomp",
                "librdkafka.so", "libstreamperceiver_kernels.so", "libstreamperceiver_segments.so", "libtorch.so", "libtorch_cpu.so",
            ], ignoreOrder: true);

    [Fact]
    public async Task A_model_runs_with_an_empty_environment()
    {
        using var tiny = new TinyModel();

        WorkerProcess.Ended ended = await _worker.RunWithEmptyEnvironmentAsync("bench", "model", tiny.Folder, "--runs", "1");

        (ended.Code, ended.Error).ShouldBe((0, ""));
    }

    [Fact]
    public async Task The_pipeline_runs_with_an_empty_environment()
    {
        WorkerProcess.Ended ended = await _worker.RunWithEmptyEnvironmentAsync("bench", "pipeline", "--records", "50000", "--seconds", "2", "--json");

        (ended.Code, ended.Error).ShouldBe((0, ""));
    }

    [GeneratedRegex(@"\.(so(\.\d+)*|dylib)$")]
    private static partial Regex Library();

    // The rest of the name is a hash of the file.
    [GeneratedRegex(@"^libgomp-.*")]
    private static partial Regex Gomp();
}
