using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace StreamPerceiver.Worker.Tests;

/// <summary><c>explain --attention</c> as a process: which tokens of a window a model reads.</summary>
public sealed class AttentionVerbTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public AttentionVerbTests()
    {
        TinyRecording.WritePipeline(_worker);
        string file = _worker.Write("r.mcap", "");
        TinyRecording.Write(file, Enumerable.Range(0, 50).Where(i => i is < 30 or > 33).Select(i => TinyRecording.Record(i, $"[{i % 7}]")));
    }

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task The_shares_of_the_tokens_are_in_the_text_the_JSON_and_the_pictures()
    {
        WorkerProcess.Ended ended = await ExplainAsync("--attention", "--json", "window.json", "--picture", "window.svg");
        WorkerProcess.Ended plain = await ExplainAsync("--json", "plain.json");

        (ended.Code, ended.Error).ShouldBe((0, ""));
        ended.Output.ShouldStartWith(plain.Output);
        ended.Output.ShouldMatch(
            @"attention of the model in \S*model:\n  the latents\n    100\.0 %  a, most at token \d of 10: \d\.\d times the mean of its tokens");
        ended.Output.ShouldMatch(@"\n  output state \([xy] \d+\.\d %, [xy] \d+\.\d %\)\n    100\.0 %  a");
        JsonNode json = JsonNode.Parse(File.ReadAllText(InFolder("window.json")))!;
        foreach (JsonNode? reader in json["attention"]!["readers"]!.AsArray())
        {
            JsonNode input = reader!["inputs"]!.AsArray().Single()!;
            float[] tokens = [.. input["tokens"]!.AsArray().Select(t => t!.GetValue<float>())];
            tokens.Sum().ShouldBe(1, 1e-5f);
            tokens.Length.ShouldBe(10);
        }

        File.ReadAllText(InFolder("plain.json")).ShouldNotContain("attention");
        XElement picture = XElement.Parse(File.ReadAllText(InFolder("window.svg")));
        picture.Elements().Count(e => (string?)e.Attribute("class") == "attention curve").ShouldBe(2);
    }

    [Fact]
    public async Task Another_model_may_be_asked_and_one_that_does_not_fit_is_refused_with_both_shapes()
    {
        string config = File.ReadAllText(InFolder("model/config.json"));
        string fits = Path.GetDirectoryName(_worker.Write("fits/config.json", config))!;
        Inference.UntrainedModel.Ensure(fits);
        string longer = config.Replace("\"steps\": 10", "\"steps\": 20", StringComparison.Ordinal);
        string other = Path.GetDirectoryName(_worker.Write("other/config.json", longer))!;

        WorkerProcess.Ended ended = await ExplainAsync("--attention", "--model", other);

        (ended.Code, ended.Error).ShouldBe((2, $"tiny.json: $.inputs.a gives 10 tokens of 1 channels, expected 20 of 1, as the model in {other} takes\n"));
        (await ExplainAsync("--attention", "--model", fits)).Output.ShouldContain($"attention of the model in {fits}:");
    }

    [Fact]
    public async Task A_model_without_the_question_is_refused()
        => (await ExplainAsync("--model", "model")).Error.ShouldBe("--model is 'model', expected --attention with it\n");

    private string InFolder(string name) => Path.Combine(_worker.Folder, name);

    private Task<WorkerProcess.Ended> ExplainAsync(params string[] options)
        => _worker.RunAsync(["explain", "r.mcap", "--pipeline", "tiny.json", "--entity", "machine-0", "--window", "2023-11-14T22:13:22Z", .. options]);
}
