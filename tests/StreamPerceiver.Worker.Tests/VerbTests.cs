using System.Text.Json;
using StreamPerceiver.Model;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Worker.Tests;

/// <summary>The verbs as a user meets them: exit code, output, errors. 0 done, 1 failed while running, 2 refused at the start.</summary>
public sealed class VerbTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task Model_init_writes_weights_once()
    {
        string folder = Path.GetDirectoryName(_worker.Write("tiny/config.json", ConfigFile.Format(TinyModel.Config)))!;

        (await _worker.RunAsync("model", "init", folder)).ShouldBe(new WorkerProcess.Ended(0, $"{folder}: untrained weights written\n", ""));
        (await _worker.RunAsync("model", "init", folder)).ShouldBe(new WorkerProcess.Ended(0, $"{folder}: has weights already, left as they are\n", ""));
        using var loaded = TinyModel.Load(folder, 1);
    }

    [Fact]
    public async Task Model_init_refuses_a_folder_without_a_configuration()
    {
        WorkerProcess.Ended ended = await _worker.RunAsync("model", "init", _worker.Folder);

        (ended.Code, ended.Output).ShouldBe((2, ""));
        ended.Error.ShouldContain(Path.Combine(_worker.Folder, "config.json"));
    }

    [Theory]
    [InlineData("float32", "kernels")]
    [InlineData("bfloat16", "tensors")]
    public async Task Bench_model_says_in_json_how_long_its_parts_take(string precision, string plan)
    {
        using var tiny = new TinyModel();
        WorkerProcess.Ended ended =
            await _worker.RunAsync("bench", "model", tiny.Folder, "--runs", "3", "--batch", "2", "--dtype", precision, "--plan", plan, "--json");

        (ended.Code, ended.Error).ShouldBe((0, ""));
        using JsonDocument figures = JsonDocument.Parse(ended.Output);
        figures.RootElement.GetProperty("dtype").GetString().ShouldBe(precision);
        figures.RootElement.GetProperty("plan").GetString().ShouldBe(plan);
        figures.RootElement.GetProperty("seconds").GetProperty("runs").GetArrayLength().ShouldBe(3);
        figures.RootElement.GetProperty("parts").EnumerateArray().Select(p => p.GetProperty("part").GetString())
            .ShouldBe(["inputs", "encoder cross-attention", "self-attention", "outputs"]);
        figures.RootElement.GetProperty("gemmGflops").GetProperty("float32").GetDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Bench_windows_says_in_json_how_many_windows_a_second_there_are_with_the_model_and_of_the_model_alone()
    {
        string folder = Path.GetDirectoryName(
            _worker.Write("model/config.json", File.ReadAllText(RepositoryRoot.Path("pipelines", "models", "machine-activity", "config.json"))))!;

        WorkerProcess.Ended ended = await _worker.RunAsync(
            "bench", "windows", "--pipeline", RepositoryRoot.Path("pipelines", "machine-activity.json"), "--model", folder, "--machines", "1", "--seconds",
            "30", "--json");

        ended.Code.ShouldBe(0, ended.Error);
        using JsonDocument figures = JsonDocument.Parse(ended.Output);
        figures.RootElement.GetProperty("windows").GetInt32().ShouldBe(29); // of two seconds, one a second
        figures.RootElement.GetProperty("ofABatch").GetDouble().ShouldBeInRange(1, 4);
        foreach (string rate in new[] { "perSecond", "cpuMilliseconds", "alonePerSecond" })
            figures.RootElement.GetProperty(rate).GetDouble().ShouldBeGreaterThan(0, rate);
    }

    [Fact]
    public async Task Bench_pipeline_says_in_json_what_a_record_costs_stage_by_stage_and_how_late_predictions_are()
    {
        WorkerProcess.Ended ended = await _worker.RunAsync("bench", "pipeline", "--records", "50000", "--seconds", "4", "--json");

        (ended.Code, ended.Error).ShouldBe((0, ""));
        using JsonDocument figures = JsonDocument.Parse(ended.Output);
        JsonElement[] loads = [.. figures.RootElement.GetProperty("loads").EnumerateArray()];
        loads.Select(l => l.GetProperty("load").GetString()![..4]).ShouldBe(["sens", "JPEG", "JPEG"]);
        loads.ShouldAllBe(l => l.GetProperty("whole").GetProperty("perCoreSecond").GetDouble() > 0 && l.GetProperty("stages").GetArrayLength() == 5);
        loads.ShouldAllBe(l => l.GetProperty("stages").EnumerateArray().Any(s => s.GetProperty("stage").GetString() == l.GetProperty("limit").GetString())
            || l.GetProperty("limit").GetString() == l.GetProperty("rest").GetProperty("stage").GetString());
        JsonElement[] latencies = [.. figures.RootElement.GetProperty("latencies").EnumerateArray()];
        latencies.Select(l => l.GetProperty("delivery").GetString()).ShouldBe(["exactly-once", "at-least-once"]);
        latencies.ShouldAllBe(l => l.GetProperty("windows").GetInt32() > 0 && l.GetProperty("read").GetProperty("p50").GetDouble() > 0);
    }

    [Fact]
    public async Task Bench_pipeline_refuses_a_run_that_is_too_short_to_say_anything()
    {
        WorkerProcess.Ended ended = await _worker.RunAsync("bench", "pipeline", "--records", "10");

        ended.Code.ShouldBe(2);
        ended.Error.ShouldContain("--records is 10, expected 50000 to ");
    }
}
