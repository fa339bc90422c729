using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.Outputs.Values;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Tests;

/// <summary>Numbers go into a model, and come out, in the scales of its training: predictions equal the model's own on the same data, to the bit.</summary>
public sealed class ScalePreparationTests : IDisposable
{
    private readonly PreparedModel _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_regression_that_overflows_in_its_units_is_refused_at_the_start()
    {
        _model.Write("""
            {
              "model_type": "stream_perceiver", "num_latents": 5, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 1,
              "num_cross_attention_heads": 1, "inputs": { "imu": { "type": "series", "steps": 4, "channels": 2, "num_bands": 2 } },
              "outputs": { "wear": { "type": "values", "queries": 2, "values": 2, "mean": [3.4e38, -3.4e38], "deviation": [3.4e38, 3.4e38] } }
            }
            """);

        Should.Throw<StreamPerceiverException>(() => TinyModel.Load(_model.Folder, maxWindows: 1).Dispose())
            .Message.ShouldContain("of a window of zeros, output wear: number 1 is Infinity, expected a finite number");
    }

    [Fact]
    public async Task A_regression_is_published_in_the_units_of_its_training()
    {
        _model.Write("""
            {
              "model_type": "stream_perceiver", "num_latents": 5, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 1,
              "num_cross_attention_heads": 1, "inputs": { "imu": { "type": "series", "steps": 4, "channels": 2, "num_bands": 2 } },
              "outputs": {
                "wear": {
                  "type": "values", "queries": 2, "values": 2, "names": ["bearing", "belt"], "units": ["mm", "h"], "mean": [5, 100], "deviation": [2, 50]
                }
              }
            }
            """);
        const string Imu = """ "imu": { "topic": "t.in", "modality": "sensor", "channels": ["a", "b"], "rateHz": 4 }""";

        InMemoryResult result = await _model.RunAsync("wear", """{ "type": "values" }""", Imu, Json(0, "[1, 2]"), Json(750, "[1, 2]"));

        float[] raw = Run("wear", [1, 2, 1, 2, 1, 2, 1, 2], [1, 1, 1, 1]);
        ValuesReading wear = result.Predictions.ShouldHaveSingleItem().Outputs.ShouldHaveSingleItem().ShouldBeOfType<ValuesReading>();
        wear.Values.ShouldBe([raw[0] * 2 + 5, raw[1] * 50 + 100, raw[2] * 2 + 5, raw[3] * 50 + 100]);
        string json = Encoding.UTF8.GetString(PredictionRecord.ToJson(result.Predictions[0]));
        json.ShouldContain("""
            "outputs":{"wear":{"shape":[2,2],"values":[
            """);
        json.ShouldContain("""
            "names":["bearing","belt"],"units":["mm","h"]}}
            """);
    }

    [Fact]
    public async Task A_sensor_comes_in_the_scales_of_the_models_training_and_its_gaps_stay_zero()
    {
        _model.Write("""
            {
              "model_type": "stream_perceiver", "num_latents": 5, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 1,
              "num_cross_attention_heads": 1,
              "inputs": { "imu": { "type": "series", "steps": 4, "channels": 2, "num_bands": 2, "mean": [10, -3], "deviation": [4, 0.5] } },
              "outputs": { "state": { "type": "classification", "labels": ["x", "y"] } }
            }
            """);
        const string Imu = """
            "imu": { "topic": "t.in", "modality": "sensor", "channels": ["a", "b"], "rateHz": 4, "interpolation": "nearest", "toleranceMs": 0 }
            """;

        InMemoryResult result = await _model.RunAsync("state", "{}", Imu, Json(0, "[12, -3]"), Json(250, "[2, -2]"), Json(750, "[10, 0]"));

        float[] logits = Run("state", [0.5f, 0, -2, 2, 0, 0, 0, 6], [1, 1, 0, 1]);
        LabelsReading label = result.Predictions.ShouldHaveSingleItem().Outputs.ShouldHaveSingleItem().ShouldBeOfType<LabelsReading>();
        label.Labels.Select(l => l.Probability).ShouldBe(LabelScore.Top(logits, 1).Select(best => (float)best.Score));
    }

    [Theory]
    [InlineData("""[1, 2]""", "[1, 0]", "inputs.imu.deviation is [1, 0], expected numbers above 0")]
    [InlineData("""[1]""", "[1, 1]", "inputs.imu.mean has 1 numbers, expected 2, one a channel")]
    [InlineData("null", "[1, 1]", "inputs.imu.mean and inputs.imu.deviation: one is missing, expected both or neither")]
    public void Scales_that_make_no_sense_are_refused(string mean, string deviation, string problem)
        => Should.Throw<StreamPerceiverException>(() => _model.Write($$"""
            {
              "model_type": "stream_perceiver", "num_latents": 5, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 1,
              "num_cross_attention_heads": 1,
              "inputs": { "imu": { "type": "series", "steps": 4, "channels": 2, "num_bands": 2, "mean": {{mean}}, "deviation": {{deviation}} } },
              "outputs": { "state": { "type": "classification", "labels": ["x", "y"] } }
            }
            """)).Message.ShouldContain(problem);

    private float[] Run(string output, float[] values, byte[] mask)
    {
        using PerceiverModel model = Checkpoint.Load(_model.Folder);
        return model.Run(1, new Dictionary<string, ArrayInput> { ["imu"] = new(values, mask) })[output];
    }

    private static SourceRecord Json(int ms, string value) => PreparedModel.Record(ms, "application/json", Encoding.UTF8.GetBytes(value));
}
