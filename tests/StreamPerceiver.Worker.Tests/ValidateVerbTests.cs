using System.Text.Json.Nodes;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Worker.Tests;

/// <summary>The verb <c>validate</c> as a user meets it: what a run would meet, all at once.</summary>
public sealed class ValidateVerbTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task Validate_says_what_a_valid_pipeline_reads_and_writes_and_what_its_outputs_cost()
    {
        string good = _worker.WritePipeline("good.json");

        (await _worker.RunAsync("validate", good)).ShouldBe(new WorkerProcess.Ended(
            0,
            $"{good}: machine-activity is valid: accelerometer from machines.accelerometer, camera from machines.camera, "
            + "microphone from machines.microphone to machines.activity\n"
            + "  the encoder takes 594 MFLOP a window\n"
            + "  output activity takes 1 query, 201 kFLOP, 16 B of answer, 3.12 kB in the decoder a window\n",
            ""));
    }

    [Fact]
    public async Task Validate_says_every_error_of_every_file_and_exits_with_2()
    {
        string bad =
            _worker.Write("bad.json", """{"name":"BAD","window":{"sizeMs":0},"inputs":{},"model":"m","outputs":{"a":{}},"topics":{"predictions":"t"},"x":1}""");
        string text = _worker.Write("text.json", "no JSON"), good = _worker.WritePipeline("good.json");

        WorkerProcess.Ended ended = await _worker.RunAsync("validate", bad, good, text, "missing.json");

        ended.Code.ShouldBe(2);
        ended.Output.ShouldStartWith($"{good}: machine-activity is valid");
        ended.Output.ShouldNotContain("bad.json");
        string[] errors = ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        errors[..4].ShouldBe(
        [
            $"{bad}: $.name is \"BAD\", expected a match of ^[a-z0-9][a-z0-9-]{{0,62}}$",
            $"{bad}: $.window.sizeMs is 0, expected 1 to 3600000",
            $"{bad}: $.inputs has 0 entries, expected at least 1",
            $"{bad}: $.x is not a known key, expected one of $schema, name, key, window, inputs, model, outputs, topics",
        ]);
        errors[4].ShouldStartWith($"{text}: not JSON: ");
        errors[5].ShouldStartWith("missing.json: ");
        errors.Length.ShouldBe(6);
    }

    [Fact]
    public async Task Validate_takes_a_folder_of_pipelines_and_leaves_its_schemas_out()
    {
        string good = _worker.WritePipeline("all/good.json"), folder = Path.GetDirectoryName(good)!;
        _worker.Write("all/pipeline.schema.json", "{}");

        WorkerProcess.Ended ended = await _worker.RunAsync("validate", folder);

        (ended.Code, ended.Error).ShouldBe((0, ""));
        ended.Output.ShouldContain($"{good}: machine-activity is valid");
        ended.Output.ShouldNotContain("schema");
    }


    [Fact]
    public async Task Validate_writes_the_schema_and_the_topics_of_one_pipeline_and_replaces_no_other_file()
    {
        string good = _worker.WritePipeline("good.json"), schema = Path.Combine(_worker.Folder, "out.schema.json");
        string api = Path.Combine(_worker.Folder, "api.json");
        string other = File.ReadAllText(good).Replace("\"machine-activity\"", "\"second\"").Replace("machines.activity", "second.out");
        string second = _worker.Write("second.json", other);

        for (int times = 0; times < 2; times++) (await _worker.RunAsync("validate", good, "--schema", schema, "--asyncapi", api)).Code.ShouldBe(0);
        WorkerProcess.Ended several = await _worker.RunAsync("validate", good, second, "--schema", schema);
        WorkerProcess.Ended swapped = await _worker.RunAsync("validate", "--schema", second, good);

        JsonNode written = JsonNode.Parse(File.ReadAllText(schema))!;
        written["title"]!.GetValue<string>().ShouldBe("Prediction of machine-activity");
        written["properties"]!["outputs"]!["properties"]!["activity"]!["properties"]!["labels"]!["items"]!["properties"]!["label"]!["enum"]!.ToJsonString()
            .ShouldBe(JsonNode.Parse(File.ReadAllText(RepositoryRoot.Path("pipelines", "models", "machine-activity", "config.json")))!
                ["outputs"]!["activity"]!["labels"]!.ToJsonString());
        JsonNode topics = JsonNode.Parse(File.ReadAllText(api))!["channels"]!;
        topics["machines.activity"]!["messages"]!["prediction"]!["payload"]!["properties"]!.ToJsonString().ShouldBe(written["properties"]!.ToJsonString());
        (several.Code, several.Error).ShouldBe((2, "--schema is given with 2 pipelines, expected one\n"));
        (swapped.Code, swapped.Error).ShouldBe((2, $"{second}: is there and was not written by --schema, expected the name of a new file\n"));
    }

    [Theory]
    [InlineData("avro", "{\n  \"type\": \"record\",\n  \"name\": \"Prediction\",\n  \"namespace\": \"streamperceiver.machine_activity\",")]
    [InlineData("protobuf", "syntax = \"proto3\";\n\npackage streamperceiver.machine_activity;\n")]
    public async Task Validate_asks_for_a_registry_and_writes_the_schema_of_the_format(string format, string beginning)
    {
        string json = _worker.WritePipeline("json.json"), schema = Path.Combine(_worker.Folder, "prediction.schema");
        string good = _worker.Write("good.json", File.ReadAllText(json).Replace("\"predictions\"", $"\"format\": \"{format}\", \"predictions\""));

        WorkerProcess.Ended without = await _worker.RunAsync("validate", good);
        WorkerProcess.Ended with = await _worker.RunAsync("validate", good, "--schema", schema, "--SchemaRegistry:Url=http://localhost:1");

        (without.Code, without.Error).ShouldBe((2, $"{good}: $.topics.format is {format}, expected SchemaRegistry:Url in the settings\n"));
        (with.Code, with.Error).ShouldBe((0, ""));
        File.ReadAllText(schema).ShouldStartWith(beginning);
    }

    [Fact]
    public async Task Validate_refuses_a_folder_by_its_name()
    {
        WorkerProcess.Ended ended = await _worker.RunAsync("validate", _worker.Folder);

        ended.Code.ShouldBe(2);
        ended.Error.ShouldStartWith($"{_worker.Folder}: ");
        ended.Error.Count(c => c == '\n').ShouldBe(1);
    }

    [Fact]
    public async Task Validate_says_what_a_run_would_not_find_of_files_models_settings_and_topics_at_once()
    {
        string good = _worker.WritePipeline("good.json"), text = File.ReadAllText(good), model = Path.Combine(_worker.Folder, "models", "machine-activity");
        string wide = _worker.Write("wide.json", text.Replace("\"machine-activity\"", "\"wide\"").Replace("machines.activity", "wide.out")
            .Replace("[\"x\", \"y\", \"z\"]", "[\"x\"]"));
        string none = _worker.Write("none.json", text.Replace("\"machine-activity\"", "\"none\"").Replace("machines.activity", "none.out")
            .Replace("models/machine-activity", "models/none"));
        _worker.Write("models/machine-activity/model.safetensors", "<html></html>");

        WorkerProcess.Ended ended = await _worker.RunAsync("validate", good, wide, none, "--Kafka:BootstrapServers=localhost:1", "--Inference:Threads=1");

        (ended.Code, ended.Output).ShouldBe((2, ""));
        string[] errors = ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        errors.ShouldContain(e => e.StartsWith($"{Path.Combine(model, "model.safetensors")}: is an HTML page, expected a safetensors file: "));
        errors.ShouldContain(e => e.StartsWith($"{wide}: $.inputs.accelerometer gives ") && e.Contains("of 1 channels, expected "));
        errors.ShouldContain($"{Path.Combine(_worker.Folder, "models", "none")}: is not there, expected a model directory: config.json and weights");
        foreach (string file in new[] { good, wide, none }) errors.ShouldContain($"{file}: brokers localhost:1 do not answer: Local: Broker transport failure");
        errors.Length.ShouldBe(6, ended.Error);
    }

    [Fact]
    public async Task Validate_checks_the_settings_and_the_device_as_well()
    {
        string good = _worker.WritePipeline("good.json");

        (await _worker.RunAsync("validate", good, "--Batch:MaxWindows=0")).Error.ShouldBe(
            "settings: Batch:MaxWindows is 0, expected a whole number, 1 to 64\n");
        (await _worker.RunAsync("validate", good, "--Inference:Device=cuda", "--Inference:Plan=kernels")).Error.ShouldBe(
            "Inference:Plan is 'kernels' and Inference:Device is 'cuda', but the kernels run on the CPU alone, expected Inference:Plan auto or tensors\n");
        (await _worker.RunAsync("validate", good, "--brokers", "x")).ShouldBe(
            new WorkerProcess.Ended(2, "", "command line: '--brokers': expected --Section:Key=value\n"));
    }
}
