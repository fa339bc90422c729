using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Interpret;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Tests;

/// <summary>Sets and texts from their records to predictions, through a small untrained model on libtorch.</summary>
public sealed class SetAndTextTests : IDisposable
{
    private const int Length = 23;
    private const float Rounding = 1e-6f;

    private static readonly PerceiverConfig Config = TinyModel.Config with
    {
        Inputs = new Dictionary<string, InputConfig>
        {
            ["units"] = new SetInput { Slots = 5, Channels = 2, LinearChannels = 7 },
            ["cloud"] = new PointsInput { Points = 3, Axes = 3, Features = 1, NumBands = 4 },
            ["note"] = new TextInput { Length = Length, Channels = 11 },
        },
        Outputs = new Dictionary<string, OutputConfig> { ["activity"] = new ClassificationOutput { Labels = ["idle", "slow", "fast"], Channels = 17 } },
    };

    private const string Pipeline =
        """
        {
          "name": "game",
          "window": { "sizeMs": 1000 },
          "inputs": {
            "units": { "topic": "t.units", "modality": "set", "channels": ["health", "speed"], "slots": 5 },
            "cloud": { "topic": "t.cloud", "modality": "set", "channels": ["x", "y", "z", "intensity"], "slots": 3 },
            "note": { "topic": "t.note", "modality": "text", "length": 23 }
          },
          "model": "tiny",
          "outputs": { "activity": { "topK": 3 } },
          "topics": { "predictions": "t.out" }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("worker-tests-").FullName;

    public SetAndTextTests()
    {
        string model = Path.Combine(_folder, "tiny");
        Directory.CreateDirectory(model);
        Checkpoint.Save(model, Config, WeightRecipe.Make(Config));
        File.WriteAllText(Path.Combine(_folder, "game.json"), Pipeline);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_windows_prediction_is_what_the_model_says_of_its_latest_set_and_text()
    {
        InMemoryResult result = await RunAsync(
            Json("units", 100, "[[9,9]]"), // not the latest
            Json("units", 700, "[[1,-0.5],[0.25,2]]"),
            Json("cloud", 200, "[[0.1,-0.2,0.3,4],[0.5,0.6,-0.7,8],[0,0,1,2]]"),
            Text("note", 900, "halt, läuft"),
            Json("units", 1000, "[]"), // empties the board: there, and all masked
            Text("note", 1500, "[MASK]"), // is text
            Json("units", 2000, "[]"), Json("cloud", 2000, "[]"), Text("note", 2000, "x")); // lets the second window close

        result.Rejections.ShouldBeEmpty();
        result.Predictions.Count.ShouldBe(2);
        Presence(result.Predictions[0]).ShouldBe(["cloud 1 800", "note 1 100", "units 1 300"]);
        Presence(result.Predictions[1]).ShouldBe(["cloud 0 ", "note 1 500", "units 1 1000"]);
        Probabilities(result.Predictions[0]).ShouldBe(Expected(
            units: [1, -0.5f, 0.25f, 2], cloud: [0.1f, -0.2f, 0.3f, 4, 0.5f, 0.6f, -0.7f, 8, 0, 0, 1, 2], Encoded("halt, läuft")), Rounding);
        float[] mask = [ByteTokenizer.Cls, .. "[MASK]"u8.ToArray().Select(b => (float)(b + ByteTokenizer.FirstByte)), ByteTokenizer.Sep];
        Probabilities(result.Predictions[1]).ShouldBe(Expected(units: [], cloud: [], mask), Rounding);
        result.Accounts.ShouldAllBe(a => a.Balances && a.Held == 1);
    }

    [Fact]
    public async Task What_does_not_fit_is_a_dead_letter_and_the_window_takes_the_one_before()
    {
        InMemoryResult result = await RunAsync(
            Text("note", 100, "short"), Text("note", 200, new string('x', Length)), Json("units", 300, "[[1,2],[1,2],[1,2],[1,2],[1,2],[1,2]]"),
            Json("units", 1000, "[]"), Json("cloud", 1000, "[]"), Text("note", 1000, "x"));

        result.Rejections.Select(r => (r.Record.Topic, r.Reason))
            .ShouldBe([("t.note", RejectionReason.WrongShape), ("t.units", RejectionReason.WrongShape)], ignoreOrder: true);
        Presence(result.Predictions.ShouldHaveSingleItem()).ShouldBe(["cloud 0 ", "note 1 900", "units 0 "]);
        Probabilities(result.Predictions[0]).ShouldBe(Expected(units: [], cloud: [], Encoded("short")), Rounding);
    }

    [Fact]
    public void The_model_says_which_input_takes_the_ids_of_a_text()
    {
        using TorchPerceiver perceiver = Load();

        perceiver.Vocabularies.ShouldBe(new Dictionary<string, int> { ["note"] = ByteTokenizer.VocabularySize });
    }

    private async Task<InMemoryResult> RunAsync(params SourceRecord[] records)
    {
        using TorchPerceiver perceiver = Load();
        IEnumerable<SourceRecord> numbered = records.GroupBy(r => r.Topic).SelectMany(topic => topic.Select((r, i) => r with { Offset = i }))
            .OrderBy(r => r.TimestampMs);
        return await InMemoryRun.RunAsync(
            PipelineReader.Read(Path.Combine(_folder, "game.json")), perceiver, new BatchOptions(), numbered, new FakeTimeProvider());
    }

    private TorchPerceiver Load() => TinyModel.Load(Path.Combine(_folder, "tiny"), maxWindows: 4);

    /// <summary>Runs the model itself on the tokens, and returns the softmax. An input without tokens is masked.</summary>
    private float[] Expected(float[] units, float[] cloud, float[] note)
    {
        using PerceiverModel model = Checkpoint.Load(Path.Combine(_folder, "tiny"));
        var inputs = new Dictionary<string, ArrayInput>
        {
            ["units"] = Padded(units, 5, 2),
            ["cloud"] = Padded(cloud, 3, 4),
            ["note"] = Padded(note, Length, 1),
        };
        float[] logits = model.Run(1, inputs)["activity"];
        double[] weights = [.. logits.Select(l => Math.Exp(l - (double)logits.Max()))];
        return [.. weights.Select(w => (float)(w / weights.Sum()))];
    }

    private static ArrayInput Padded(float[] content, int tokens, int channels)
        => new((float[])[.. content, .. new float[tokens * channels - content.Length]],
            (byte[])[.. Enumerable.Range(0, tokens).Select(t => t * channels < content.Length ? (byte)1 : (byte)0)]);

    private static float[] Encoded(string text) => [.. ByteTokenizer.Encode(text).Ids.Select(id => (float)id)];

    private static string[] Presence(Prediction prediction)
        => [.. prediction.Header.Inputs.Select(i => $"{i.Name} {i.Coverage} {i.StalenessNs / EventTime.PerMillisecond}")];

    private static float[] Probabilities(Prediction prediction)
        => [.. ((LabelsReading)prediction.Outputs.Single()).Labels.OrderBy(l => Array.IndexOf(["idle", "slow", "fast"], l.Label)).Select(l => l.Probability)];

    private static SourceRecord Json(string input, int ms, string value) => Record(input, ms, "application/json", value);

    private static SourceRecord Text(string input, int ms, string value) => Record(input, ms, "text/plain", value);

    private static SourceRecord Record(string input, int ms, string type, string value)
        => new($"t.{input}", 0, 0, ms, "board-1"u8.ToArray(), Encoding.UTF8.GetBytes(value), [new("content-type", Encoding.UTF8.GetBytes(type))]);
}
