using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Worker.Tests;

/// <summary>The kernels of attention on processors with fewer instructions than this one.</summary>
public sealed class InstructionSetTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Theory]
    [InlineData("DOTNET_EnableAVX512")] // AVX2
    [InlineData("DOTNET_EnableHWIntrinsic")] // none
    public async Task A_model_gives_the_same_to_rounding(string switchedOff)
    {
        string configuration = File.ReadAllText(RepositoryRoot.Path("pipelines", "models", "machine-activity", "config.json"));
        string folder = Path.GetDirectoryName(_worker.Write("model/config.json", configuration))!;
        (await _worker.RunAsync("model", "init", folder)).Code.ShouldBe(0);
        PerceiverConfig config = ConfigFile.Read(folder);
        var random = new Random(7);
        Npz.Write(Path.Combine(_worker.Folder, "in.npz"), config.Inputs.ToDictionary(i => $"inputs.{i.Key}", i => NpyArray.FromFloats(
            Shape(i.Value),
            [.. Enumerable.Range(0, 2 * i.Value.ContentTokens * i.Value.ContentChannels).Select(_ => random.NextSingle())])));

        WorkerProcess.Ended all = await _worker.RunAsync("model", "run", folder, "--in", "in.npz", "--out", "all.npz");
        all.Code.ShouldBe(0, all.Error);
        WorkerProcess.Ended ended = await _worker.RunAsync(
            new Dictionary<string, string> { [switchedOff] = "0", [$"{switchedOff}F"] = "0" }, "model", "run", folder, "--in", "in.npz", "--out", "fewer.npz");

        ended.Code.ShouldBe(0, ended.Error);
        WorkerProcess.Ended compared = await _worker.RunAsync("model", "compare", "all.npz", "fewer.npz", "--tolerance", "2e-5");
        compared.Code.ShouldBe(0, compared.Output);
    }

    private static long[] Shape(InputConfig input) => input switch
    {
        ImageInput video => [2, video.Frames!.Value, video.Channels, video.Height, video.Width],
        AudioInput => [2, input.ContentTokens * input.ContentChannels, 1],
        _ => [2, input.ContentTokens, input.ContentChannels],
    };
}
