using System.Text.Json.Nodes;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Pipelines;

namespace StreamPerceiver.Worker.Tests;

/// <summary>What a model that <c>train</c> has made says of itself.</summary>
public sealed class TrainedModelTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public TrainedModelTests() => TinyTraining.Write(_worker, """{ "steps": 6, "batch": 4, "evaluateEvery": 3, "seed": 5 }""");

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task A_trained_model_says_how_it_was_trained_and_inspect_shows_it()
    {
        WorkerProcess.Ended trained = await TrainAsync("one");
        await TrainAsync("other");
        WorkerProcess.Ended ended = await _worker.RunAsync("model", "inspect", "one");

        (trained.Code, ended.Code, ended.Error).ShouldBe((0, 0, ""));
        byte[] bytes = File.ReadAllBytes(FileOf("one"));
        File.ReadAllBytes(FileOf("other")).ShouldBe(bytes);
        JsonNode json = JsonNode.Parse(bytes)!;
        (json["steps"]!.GetValue<int>(), json["seed"]!.GetValue<int>(), json["pipeline"]!.GetValue<string>()).ShouldBe((6, 5, "tiny"));
        json["training"]!["hash"]!.GetValue<string>().Length.ShouldBe(64);
        ended.Output.ShouldContain("  labels        state: x, y\n");
        ended.Output.ShouldMatch(@"  preparation   a: \(value - mean\) / deviation, with the mean \d\S* and the deviation \d\S*\n");
        ended.Output.ShouldMatch(@"  training      pipeline tiny, windows of 2000 ms every 1000 ms, seed 5; 6 steps, of which step \d gave the best model\n");
        ended.Output.ShouldMatch(@"  training      learned from \d+ windows of 1 entities \(SHA-256 [0-9a-f]{12}\.\.\.\); chosen by \d+ windows of 1 entities");
        ended.Output.ShouldMatch(@"  training      validation loss \d\.\d{4}, state \d+\.\d % right\n");
        ended.Output.ShouldContain("\"batch\":4");
    }

    [Fact]
    public async Task A_damaged_training_is_told_with_its_file_and_key()
    {
        _worker.Write("model/training.json", """{ "format": 9 }""");

        WorkerProcess.Ended ended = await _worker.RunAsync("model", "inspect", "model");

        (ended.Code, ended.Error).ShouldBe((2, $"model/training.json: format is 9, expected 1{Environment.NewLine}"));
    }

    [Fact]
    public async Task A_training_that_begins_with_a_trained_model_sees_its_series_in_the_same_scales()
    {
        await TrainAsync("one");
        double before = JsonNode.Parse(File.ReadAllBytes(FileOf("one")))!["loss"]!.GetValue<double>();
        _worker.Write("recipe.json", """{ "steps": 1, "rate": 1e-12, "weightDecay": 0, "warmup": 0, "average": 0, "evaluateEvery": 1 }""");

        (await TrainAsync("two", "--from", "one")).Code.ShouldBe(0);

        JsonNode.Parse(File.ReadAllBytes(FileOf("two")))!["loss"]!.GetValue<double>().ShouldBe(before, 1e-6);
    }

    [Fact]
    public async Task A_trained_model_refuses_other_windows_and_other_labels_than_those_of_its_training()
    {
        await TrainAsync("model-of-training");
        string pipeline = _worker.Write("other.json", File.ReadAllText(Path.Combine(_worker.Folder, "tiny.json"))
            .Replace("\"model\": \"model\"", "\"model\": \"model-of-training\"", StringComparison.Ordinal)
            .Replace("\"sizeMs\": 2000", "\"sizeMs\": 4000", StringComparison.Ordinal)
            .Replace("\"rateHz\": 5", "\"rateHz\": 2.5", StringComparison.Ordinal)); // as many steps
        string directory = Path.Combine(_worker.Folder, "model-of-training"), config = Path.Combine(directory, "config.json");
        JsonNode changed = JsonNode.Parse(File.ReadAllText(config))!;
        changed["outputs"]!["state"]!["labels"] = new JsonArray("y", "x");
        File.WriteAllText(config, changed.ToJsonString());

        ModelCheck.TrainingProblems(PipelineReader.Read(pipeline)).ShouldBe(
        [
            $"{pipeline}: $.window.sizeMs is 4000, expected 2000, as the model in {directory} was trained",
            $"{config}: outputs.state.labels has 2 labels (y, x), expected the 2 of training.json (x, y)",
        ]);
        (await _worker.RunAsync("replay", "validation.mcap", "--pipeline", "other.json")).Error.ShouldContain("$.window.sizeMs is 4000, expected 2000");
    }

    private string FileOf(string model) => Path.Combine(_worker.Folder, model, "training.json");

    private Task<WorkerProcess.Ended> TrainAsync(string folder, params string[] more) => _worker.RunAsync(TinyTraining.Arguments(folder, more));
}
