using System.Text.Json.Nodes;

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

    private string FileOf(string model) => Path.Combine(_worker.Folder, model, "training.json");

    private Task<WorkerProcess.Ended> TrainAsync(string folder) => _worker.RunAsync(TinyTraining.Arguments(folder));
}
