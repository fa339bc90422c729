using StreamPerceiver.TestKit;

namespace StreamPerceiver.Worker.Tests;

/// <summary>The verb <c>run</c> where it cannot start: exit code and message.</summary>
public sealed class RunVerbTests : IDisposable
{
    private static readonly string Good = RepositoryRoot.Path("pipelines", "machine-activity.json");

    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task Run_refuses_bad_settings_all_at_once_before_anything_starts()
    {
        WorkerProcess.Ended ended = await _worker.RunAsync(
            new Dictionary<string, string> { ["Shutdown__DrainSeconds"] = "soon" }, "run", "--Batch:MaxWindows=0", "--Kafka:Bootstrap=x");

        (ended.Code, ended.Output).ShouldBe((2, ""));
        ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
        [
            "settings: Batch:MaxWindows is 0, expected a whole number, 1 to 64",
            "settings: Kafka:Bootstrap is not a known key, expected one of BootstrapServers, EmbeddedPartitions, Delivery, InstanceId, GroupProtocol, "
                + "CommitIntervalMs, StartFrom, OnLostRecords, Client, ClientFile",
            "settings: Shutdown:DrainSeconds is 'soon', expected a whole number, 1 to 3600",
        ], ignoreOrder: true);
    }

    [Theory]
    [InlineData("cuda", "auto", "Inference:Device is 'cuda', but libtorch finds no GPU here, expected auto or cpu")]
    [InlineData("cuda", "kernels", "Inference:Plan is 'kernels' and Inference:Device is 'cuda', but the kernels run on the CPU alone")]
    public async Task Run_refuses_a_device_that_is_not_there_or_that_the_plan_does_not_run_on(string device, string plan, string reason)
    {
        if (TorchSharp.torch.cuda.is_available() && plan == "auto") return; // it would run
        string pipeline = _worker.WritePipeline("pipeline.json");

        WorkerProcess.Ended ended = await _worker.RunAsync(
            "run", "--Kafka:BootstrapServers=localhost:1", $"--Pipelines:0={pipeline}", $"--Inference:Device={device}", $"--Inference:Plan={plan}");

        ended.Code.ShouldBe(2);
        ended.Output.ShouldContain(reason);
        ended.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Run_refuses_a_pipeline_whose_schema_is_expected_at_the_registry_and_not_there()
    {
        using var registry = new SchemaRegistryServer();
        string json = _worker.WritePipeline("json.json");
        string pipeline = _worker.Write("avro.json", File.ReadAllText(json).Replace("\"predictions\"", "\"format\": \"avro\", \"predictions\""));
        string[] run = ["run", "--Kafka:BootstrapServers=localhost:1", $"--Pipelines:0={pipeline}", $"--SchemaRegistry:Url={registry.Url}"];

        WorkerProcess.Ended ended = await _worker.RunAsync([.. run, "--SchemaRegistry:Register=false"]);

        ended.Code.ShouldBe(2);
        ended.Output.ShouldContain(
            $"subject machines.activity-value of the registry {registry.Url} does not have the schema of the predictions of machine-activity");
        (await _worker.RunAsync([.. run, "--SchemaRegistry:Register=maybe"])).Error
            .ShouldBe("settings: SchemaRegistry:Register is 'maybe', expected true or false\n");
    }

    [Fact]
    public async Task Run_refuses_a_misspelt_section_in_an_override()
    {
        WorkerProcess.Ended ended = await _worker.RunAsync("run", "--Kafak:BootstrapServers=x", "--Pipelines:0=missing.json");

        ended.Code.ShouldBe(2);
        ended.Error.ShouldContain("Kafak is not a known section");
    }

    [Fact]
    public async Task Run_refuses_a_key_of_one_pipeline_that_is_not_its_file()
        => (await _worker.RunAsync("run", "--Pipeline:Path=a.json")).ShouldBe(new WorkerProcess.Ended(
            2, "", "settings: Pipeline:Path is not a known key, expected Pipeline:File\n"));

    [Fact]
    public async Task Run_refuses_pipelines_that_cannot_run_together_all_at_once()
    {
        string first = _worker.WritePipeline("all/a.json"), second = _worker.WritePipeline("all/b.json");
        _worker.Write("all/a.schema.json", "{}");
        string bad = _worker.Write("bad.json", "no JSON");

        WorkerProcess.Ended ended = await _worker.RunAsync("run", $"--Pipelines:0={Path.GetDirectoryName(first)}", $"--Pipelines:1={bad}");

        (ended.Code, ended.Output).ShouldBe((2, ""));
        string[] errors = ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        errors[0].ShouldStartWith($"{bad}: not JSON: ");
        errors[1..].ShouldBe(
        [
            $"{second}: $.name is \"machine-activity\", and so is that of {first}, expected a name of its own: it is the consumer group",
            .. new[] { "machines.activity", "machine-activity.dead-letters", "machine-activity.progress" }.Select(topic =>
                $"{second}: $.topics: machine-activity writes {topic}, and so does machine-activity of {first}, expected a topic of its own"),
        ]);
    }

    [Fact]
    public async Task Run_refuses_every_pipeline_whose_share_of_the_memory_does_not_hold_its_windows()
    {
        string Wide(string name) => _worker.Write($"{name}.json", $$"""
            {
              "name": "{{name}}", "window": { "sizeMs": 1000 }, "model": "m", "outputs": { "a": {} }, "topics": { "predictions": "{{name}}.out" },
              "inputs": { "sound": { "topic": "{{name}}.in", "modality": "audio", "rateHz": 100000, "samplesPerPatch": 100 } }
            }
            """);

        WorkerProcess.Ended ended = await _worker.RunAsync("run", $"--Pipelines:0={Wide("a")}", $"--Pipelines:1={Wide("b")}", "--Memory:BudgetMb=64");

        (ended.Code, ended.Output).ShouldBe((2, ""));
        ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
        [
            .. new[] { "a", "b" }.Select(name => $"{Path.Combine(_worker.Folder, name)}.json: a window takes 1 MB, and 7 are in work at once; "
                + "the pipeline's share of Memory:BudgetMb is 32, expected 49 or more"),
            $"{Path.Combine(_worker.Folder, "m")}: is not there, expected a model directory: config.json and weights",
        ], ignoreOrder: true);
    }

    [Fact]
    public async Task Run_refuses_a_settings_file_that_is_no_json_by_its_name()
    {
        _worker.Write("appsettings.json", "{ \"Kafka\": ");

        WorkerProcess.Ended ended = await _worker.RunAsync("run");

        ended.Code.ShouldBe(2);
        ended.Error.ShouldContain("appsettings.json");
        ended.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Run_without_weights_is_refused_with_the_directory_before_anything_starts()
    {
        string pipeline = _worker.WritePipeline("pipeline.json"), model = Path.Combine(_worker.Folder, "models", "machine-activity");
        File.Delete(Path.Combine(model, "model.safetensors"));

        (await _worker.RunAsync("run", "--Kafka:BootstrapServers=localhost:1", $"--Pipelines:0={pipeline}")).ShouldBe(new WorkerProcess.Ended(
            2, "", $"{model}: has no weights, expected model.safetensors or another: \"model init\" makes untrained ones\n"));
    }

    [Theory]
    [InlineData("Git LFS pointer", "version https://git-lfs.github.com/spec/v1\nsize 5\n")]
    [InlineData("HTML page", "<html></html>")]
    public async Task Run_refuses_weights_that_are_none_in_a_line_and_says_nowhere_that_it_runs(string kind, string content)
    {
        string pipeline = _worker.WritePipeline("pipeline.json");
        _worker.Write("models/machine-activity/model.safetensors", content);

        WorkerProcess.Ended ended = await _worker.RunAsync("run", "--Kafka:BootstrapServers=localhost:1", $"--Pipelines:0={pipeline}");

        ended.Code.ShouldBe(2, ended.Output);
        ended.Output.ShouldContain($"model.safetensors: is a{(kind[0] == 'H' ? "n" : "")} {kind}");
        ended.Output.ShouldNotContain(" runs: ");
        ended.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_relative_path_begins_in_the_current_folder_on_the_command_line_and_in_its_own_folder_in_appsettings()
    {
        _worker.Write("other/bad.json", "no JSON");
        string pipeline = Path.Combine("other", "bad.json"), expected = $"{Path.Combine(_worker.Folder, "other", "bad.json")}: not JSON: ";

        (await _worker.RunAsync("run", $"--Pipelines:0={pipeline}")).Error.ShouldStartWith(expected);
        (await _worker.RunAsync(new Dictionary<string, string> { ["Pipelines__0"] = pipeline }, "run")).Error.ShouldStartWith(expected);
        _worker.Write("appsettings.json", $$"""{ "Kafka": { "BootstrapServers": "embedded" }, "Pipelines": [ "{{pipeline}}" ] }""");
        (await _worker.RunAsync("run")).Error.ShouldStartWith(expected);
    }
}
