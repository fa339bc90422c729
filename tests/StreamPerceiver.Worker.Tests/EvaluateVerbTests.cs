using System.Text.Json;
using System.Xml.Linq;
using StreamPerceiver.Model;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Training;

namespace StreamPerceiver.Worker.Tests;

/// <summary><c>evaluate</c>, on a recording of the rig.</summary>
public sealed class EvaluateVerbTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public EvaluateVerbTests()
    {
        RigPipeline.Write(_worker);
        Checkpoint.Save(PathOf("model"), ConfigFile.Read(PathOf("model")), WeightRecipe.Make(ConfigFile.Read(PathOf("model"))));
    }

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task A_report_is_one_page_with_a_drawing_of_each_figure_and_pictures_of_windows()
    {
        await RigAsync("test", seed: 1);

        EvaluationReport report = await RunAsync(new EvaluationRequest(PathOf("faults.json"), [PathOf("test")], [PathOf("test/labels.csv")])
        {
            Report = PathOf("report"),
        });

        string page = File.ReadAllText(PathOf("report/report.html"));
        var root = XElement.Parse(page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)]);
        root.Elements().Count(e => e.Name.LocalName == "svg").ShouldBe(2); // the inputs, and the calibration
        root.Descendants("figure").Count().ShouldBe(12 * 3);
        foreach (XElement input in root.Descendants("figure"))
        {
            string shown = input.Element("figcaption")!.Value == "camera" ? "img" : "svg";
            input.Elements().ShouldContain(e => e.Name.LocalName == shown || e.Value == "missing");
        }

        string[] ids = [.. root.Descendants().Attributes("id").Select(a => a.Value)];
        ids.Distinct().Count().ShouldBe(ids.Length);
        root.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href")
            .ShouldAllBe(a => a.Value.StartsWith("data:", StringComparison.Ordinal) || a.Value.StartsWith('#'));
        JsonDocument.Parse(File.ReadAllText(PathOf("report/report.json"))).RootElement.GetProperty("windows").GetInt32().ShouldBe(report.Windows);
        report.Outputs[0].Masked.Count.ShouldBe(7);
    }

    [Fact]
    public async Task A_model_is_compared_with_another_one_and_with_simple_models()
    {
        await RigAsync("test", seed: 1);
        await RigAsync("train", seed: 2);

        EvaluationReport report = await RunAsync(
            new EvaluationRequest(PathOf("faults.json"), [PathOf("test")], [PathOf("test/labels.csv"), PathOf("train/labels.csv")])
            {
                Against = PathOf("model"),
                Baselines = [PathOf("train")],
                Windows = PathOf("windows.jsonl"),
            });

        report.Outputs[0].Against!.Difference.ShouldBe(0);
        report.Outputs[0].Baselines!.Select(b => b.Name).ShouldBe(["chance", "nearest mean", "linear"]);
        File.ReadLines(PathOf("windows.jsonl")).Count().ShouldBeGreaterThanOrEqualTo(report.Windows);
        File.ReadLines(PathOf("windows.jsonl")).ShouldAllBe(line => line.StartsWith("{\"entity\":\"blower-1-0\""));
    }

    [Fact]
    public async Task Simple_models_do_not_learn_from_the_entities_that_are_evaluated()
    {
        await RigAsync("test", seed: 1);

        var asked = new EvaluationRequest(PathOf("faults.json"), [PathOf("test")], [PathOf("test/labels.csv")]) { Baselines = [PathOf("test")] };

        (await Should.ThrowAsync<TrainingException>(() => RunAsync(asked))).Message.ShouldContain("blower-1-0");
    }

    private static Task<EvaluationReport> RunAsync(EvaluationRequest asked) => new EvaluationRun(WorkerHost.ReadSettings([]), asked).RunAsync();

    private string PathOf(string name) => Path.Combine(_worker.Folder, name);

    private async Task RigAsync(string folder, int seed)
        => (await _worker.RunAsync("rig", "--pipeline", "faults.json", "--out", folder, "--machines", "1", "--seed", $"{seed}", "--seconds", "80"))
            .Error.ShouldBe("");
}
