using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Tests;

/// <summary>Two categories in one topic, from their records to predictions, through a small untrained model with one-hot inputs.</summary>
public sealed class CategoryModelTests : IDisposable
{
    private static readonly PerceiverConfig Config = TinyModel.Config with
    {
        Inputs = new Dictionary<string, InputConfig> { ["mode"] = new OneHotInput { Classes = 3 }, ["type"] = new OneHotInput { Classes = 2 } },
        Outputs = new Dictionary<string, OutputConfig> { ["activity"] = new ClassificationOutput { Labels = ["idle", "slow", "fast"], Channels = 17 } },
    };

    private const string Pipeline =
        """
        {
          "name": "presses",
          "window": { "sizeMs": 1000 },
          "inputs": {
            "mode": { "topic": "t.states", "where": { "field": "of", "is": "mode" }, "modality": "category", "field": "is",
                      "words": ["off", "manual", "auto"] },
            "type": { "topic": "t.states", "where": { "field": "of", "is": "type" }, "modality": "category", "words": ["small", "big"], "field": "is" }
          },
          "model": "tiny",
          "outputs": { "activity": { "topK": 3 } },
          "topics": { "predictions": "t.out" }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("worker-tests-").FullName;

    public CategoryModelTests()
    {
        string model = Path.Combine(_folder, "tiny");
        Directory.CreateDirectory(model);
        Checkpoint.Save(model, Config, WeightRecipe.Make(Config));
        File.WriteAllText(Path.Combine(_folder, "presses.json"), Pipeline);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_windows_prediction_is_that_of_the_model_for_its_latest_words()
    {
        string[] values =
        [
            """{"of":"mode","is":"off"}""", """{"of":"type","is":"big"}""", """{"of":"mode","is":"auto"}""", """{"of":"door","is":"open"}""",
            """{"of":"mode","is":"manual"}""", """{"of":"type","is":"small"}""",
        ];
        SourceRecord[] records = [.. values.Select((value, i) => new SourceRecord(
            "t.states", 0, i, i < 4 ? 100 * i : 1000, "press-1"u8.ToArray(), Encoding.UTF8.GetBytes(value),
            [new("content-type", "application/json"u8.ToArray())]))];
        using TorchPerceiver perceiver = TinyModel.Load(Path.Combine(_folder, "tiny"), maxWindows: 4);

        InMemoryResult result = await InMemoryRun.RunAsync(
            PipelineReader.Read(Path.Combine(_folder, "presses.json")), perceiver, new BatchOptions(), records, new FakeTimeProvider());

        var labels = (LabelsReading)result.Predictions.ShouldHaveSingleItem().Outputs.Single();
        labels.Labels.OrderBy(l => Array.IndexOf(["idle", "slow", "fast"], l.Label)).Select(l => l.Probability).ShouldBe(Expected([0, 0, 1], [0, 1]), 1e-6f);
        result.Accounts.Select(a => (a.Input, a.Read, a.Used, a.Skipped)).ShouldBe([("mode", 3L, 2L, 0L), ("t.states", 1L, 0L, 1L), ("type", 2L, 1L, 0L)]);
    }

    private float[] Expected(float[] mode, float[] type)
    {
        using PerceiverModel model = Checkpoint.Load(Path.Combine(_folder, "tiny"));
        float[] logits = model.Run(1, new Dictionary<string, ArrayInput> { ["mode"] = new(mode, (byte[])[1]), ["type"] = new(type, (byte[])[1]) })["activity"];
        double[] weights = [.. logits.Select(l => Math.Exp(l - (double)logits.Max()))];
        return [.. weights.Select(w => (float)(w / weights.Sum()))];
    }
}
