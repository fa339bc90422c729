using StreamPerceiver.Formats;
using StreamPerceiver.Modalities;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Tests;

/// <summary>What <c>problem_type</c> of a Hugging Face classifier changes: <c>model run</c>, what a pipeline publishes, and what an import writes.</summary>
public sealed class ProblemTypeTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public void A_pipeline_publishes_labels_by_softmax_or_sigmoid_or_values()
    {
        Publishable("null", 3).ShouldBeOfType<LabelsShape>().AreIndependent.ShouldBeFalse();
        Publishable("\"multi_label_classification\"", 3).ShouldBeOfType<LabelsShape>().AreIndependent.ShouldBeTrue();
        Publishable("null", 1).ShouldBeOfType<LabelsShape>().AreIndependent.ShouldBeTrue();
        ValuesShape values = Publishable("\"regression\"", 2).ShouldBeOfType<ValuesShape>();
        values.Sizes.ShouldBe([2]);
        values.Names.ShouldBe(["LABEL_0", "LABEL_1"]);

        OutputShape Publishable(string problem, int labels)
            => ModelOutputs.Publishable(ConfigFile.Parse(Classifier(problem, labels), "x"), new Dictionary<string, InputPreparation>())["label"];
    }

    [Theory]
    [InlineData("null", 1, "sigmoid")]
    [InlineData("\"multi_label_classification\"", 3, "sigmoid")]
    [InlineData("null", 3, "softmax")]
    [InlineData("\"regression\"", 3, "values")]
    public async Task Model_run_prints_what_the_logits_mean_also_after_an_import(string problem, int labels, string reading)
    {
        PerceiverConfig config = ConfigFile.Parse(Classifier(problem, labels), "x");
        Checkpoint.Save(Path.Combine(_worker.Folder, "made"), config, WeightRecipe.Make(config));
        Npz.Write(Path.Combine(_worker.Folder, "case.npz"), new Dictionary<string, NpyArray> { ["input_ids"] = NpyArray.FromLongs([1, 3], [4, 100, 5]) });
        (await _worker.RunAsync("model", "import", "made", "imported")).Code.ShouldBe(0);

        WorkerProcess.Ended ended = await _worker.RunAsync("model", "run", "imported", "--in", "case.npz", "--out", "out.npz");

        (ended.Code, ended.Error).ShouldBe((0, ""));
        float[] logits = Npz.Read(Path.Combine(_worker.Folder, "out.npz"))["logits"].ToFloats();
        IEnumerable<LabelScore> expected = reading switch
        {
            "sigmoid" => LabelScore.TopOfEach(logits, labels),
            "softmax" => LabelScore.Top(logits, labels),
            _ => logits.Select((value, i) => new LabelScore(i, value)),
        };
        string[] scores = [.. expected.Select(e => FormattableString.Invariant($"LABEL_{e.Index} {e.Score:0.####}"))];
        ended.Output.Split('\n')[1].ShouldBe($"label, row 0: {reading}: {string.Join(", ", scores)}");
    }

    private static string Classifier(string problem, int labels) =>
        $$"""
        {
          "architectures": ["PerceiverForSequenceClassification"], "problem_type": {{problem}}, "num_labels": {{labels}}, "num_latents": 4,
          "d_latents": 16, "num_self_attends_per_block": 1, "num_self_attention_heads": 2, "num_cross_attention_heads": 2, "d_model": 8,
          "max_position_embeddings": 11
        }
        """;
}
