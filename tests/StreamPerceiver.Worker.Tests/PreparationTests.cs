using System.Text;
using Microsoft.Extensions.Time.Testing;
using OpenCvSharp;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.Outputs.Values;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Tests;

/// <summary>What a model was trained with is what the stream gives it: predictions equal <c>model run</c> on the same data, to the bit.</summary>
public sealed class PreparationTests : IDisposable
{
    private const int Width = 53, Height = 37, Side = 16;

    private readonly string _folder = Directory.CreateTempSubdirectory("preparation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"do_center_crop": false, "image_mean": [0.1, 0.2, 0.3], "image_std": [2, 3, 4]}""")]
    [InlineData("""{"crop_size": 20, "do_rescale": false, "do_normalize": false}""")]
    public async Task An_official_classifier_sees_pictures_as_its_preprocessor_config_has_them(string settings)
    {
        WriteClassifier(settings);
        byte[] rgb = Noise(1);

        InMemoryResult result = await RunAsync("label", """{ "topK": 3 }""", Camera("image", 1), Picture(rgb, 500));

        ImageClassificationPreparation preparation = ImageClassificationPreparation.Read(Path.Combine(_folder, "model", ImageClassificationPreparation.FileName));
        float[] logits = ModelRun(new() { ["inputs"] = NpyArray.FromFloats([1, 3, Side, Side], preparation.Prepare(rgb, Height, Width)) })["logits"].ToFloats();
        LabelsReading label = result.Predictions.ShouldHaveSingleItem().Outputs.ShouldHaveSingleItem().ShouldBeOfType<LabelsReading>();
        label.Labels.ShouldBe(LabelScore.Top(logits, 3).Select(best => ($"LABEL_{best.Index}", (float)best.Score)));
    }

    [Fact]
    public void An_official_classifier_without_its_preprocessor_config_is_refused_by_name()
    {
        WriteClassifier("{}");
        File.Delete(Path.Combine(_folder, "model", ImageClassificationPreparation.FileName));

        Should.Throw<StreamPerceiverException>(() => TinyModel.Load(Path.Combine(_folder, "model"), maxWindows: 1).Dispose())
            .Message.ShouldContain("preprocessor_config.json is missing, expected how the pictures of this ImageClassificationLearned were prepared in training");
    }

    [Fact]
    public async Task A_picture_of_which_the_crop_would_leave_nothing_is_a_dead_letter()
    {
        WriteClassifier("""{"crop_size": 16384}""");

        InMemoryResult result = await RunAsync("label", """{ "topK": 3 }""", Camera("image", 1), Picture(Noise(1), 500));

        Rejection rejection = result.Rejections[0];
        (rejection.Reason, rejection.Stage).ShouldBe((RejectionReason.WrongShape, "decode"));
        rejection.Detail.ShouldContain("a picture of 53 x 37, prepared by preprocessor_config.json");
    }

    [Fact]
    public async Task An_official_flow_model_sees_two_consecutive_frames_and_its_flow_is_published_as_values()
    {
        WriteModel("""
            {
              "architectures": ["PerceiverForOpticalFlow"], "train_size": [16, 24], "num_latents": 5, "d_latents": 16, "num_blocks": 1,
              "num_self_attends_per_block": 1, "num_self_attention_heads": 2, "num_cross_attention_heads": 1
            }
            """);
        const string Frames = """
            "frames": { "topic": "t.in", "modality": "video", "width": 24, "height": 16, "frames": 2, "patch": 1, "neighbourhood": 3, "framesPerToken": 2 }
            """;
        byte[] first = Noise(1, 24, 16), second = Noise(2, 24, 16);

        InMemoryResult result = await RunAsync("flow", """{ "type": "values" }""", Frames, Picture(first, 250, 24, 16), Picture(second, 750, 24, 16));

        float[] patches = new OpticalFlowPreparation(16, 24, overlap: 4).Patches(first, second, 16, 24, new TileOrigin(0, 0));
        NpyArray flow = ModelRun(new() { ["inputs"] = NpyArray.FromFloats([1, 2, 27, 16, 24], patches) })["logits"];
        ValuesReading values = result.Predictions.ShouldHaveSingleItem().Outputs.ShouldHaveSingleItem().ShouldBeOfType<ValuesReading>();
        values.Of.Shape.ShouldBe([16, 24, 2]);
        values.Values.ShouldBe(flow.ToFloats());
    }

    [Theory]
    [InlineData(""" "neighbourhood": 1, "framesPerToken": 2 """, "$.inputs.frames gives 384 tokens of 6 channels, expected 384 of 54")]
    [InlineData(""" "neighbourhood": 3 """, "$.inputs.frames gives 768 tokens of 27 channels, expected 384 of 54")]
    public async Task A_pipeline_that_does_not_give_a_models_preparation_is_refused(string layout, string problem)
    {
        WriteModel("""
            {
              "architectures": ["PerceiverForOpticalFlow"], "train_size": [16, 24], "num_latents": 5, "d_latents": 16, "num_blocks": 1,
              "num_self_attends_per_block": 1, "num_self_attention_heads": 2, "num_cross_attention_heads": 1
            }
            """);
        string frames = $$""" "frames": { "topic": "t.in", "modality": "video", "width": 24, "height": 16, "frames": 2, "patch": 1, {{layout}} }""";

        (await Should.ThrowAsync<PipelineException>(RunAsync("flow", """{ "type": "values" }""", frames, Picture(Noise(1), 250)))).Message.ShouldContain(problem);
    }

    [Fact]
    public async Task A_regression_is_published_in_the_units_of_its_training()
    {
        WriteModel("""
            {
              "model_type": "stream_perceiver", "num_latents": 5, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 1,
              "num_cross_attention_heads": 1, "inputs": { "imu": { "type": "series", "steps": 4, "channels": 2, "num_bands": 2 } },
              "outputs": { "wear": { "type": "values", "queries": 2, "values": 2, "names": ["bearing", "belt"], "units": ["mm", "h"], "mean": [5, 100], "deviation": [2, 50] } }
            }
            """);
        const string Imu = """ "imu": { "topic": "t.in", "modality": "sensor", "channels": ["a", "b"], "rateHz": 4 }""";

        InMemoryResult result = await RunAsync("wear", """{ "type": "values" }""", Imu, Json(0, "[1, 2]"), Json(750, "[1, 2]"));

        using PerceiverModel model = Checkpoint.Load(Path.Combine(_folder, "model"));
        float[] raw = model.Run(1, new Dictionary<string, ArrayInput> { ["imu"] = new(new float[] { 1, 2, 1, 2, 1, 2, 1, 2 }, new byte[] { 1, 1, 1, 1 }) })["wear"];
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
        WriteModel("""
            {
              "model_type": "stream_perceiver", "num_latents": 5, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 1,
              "num_cross_attention_heads": 1,
              "inputs": { "imu": { "type": "series", "steps": 4, "channels": 2, "num_bands": 2, "mean": [10, -3], "deviation": [4, 0.5] } },
              "outputs": { "state": { "type": "classification", "labels": ["x", "y"] } }
            }
            """);
        const string Imu = """ "imu": { "topic": "t.in", "modality": "sensor", "channels": ["a", "b"], "rateHz": 4, "interpolation": "nearest", "toleranceMs": 0 }""";

        InMemoryResult result = await RunAsync("state", "{}", Imu, Json(0, "[12, -3]"), Json(250, "[2, -2]"), Json(750, "[10, 0]"));

        using PerceiverModel model = Checkpoint.Load(Path.Combine(_folder, "model"));
        float[] logits = model.Run(1, new Dictionary<string, ArrayInput> { ["imu"] = new(new float[] { 0.5f, 0, -2, 2, 0, 0, 0, 6 }, new byte[] { 1, 1, 0, 1 }) })["state"];
        LabelsReading label = result.Predictions.ShouldHaveSingleItem().Outputs.ShouldHaveSingleItem().ShouldBeOfType<LabelsReading>();
        label.Labels.Select(l => l.Probability).ShouldBe(LabelScore.Top(logits, 1).Select(best => (float)best.Score));
    }

    [Theory]
    [InlineData("""[1, 2]""", "[1, 0]", "inputs.imu.deviation is [1, 0], expected numbers above 0")]
    [InlineData("""[1]""", "[1, 1]", "inputs.imu.mean has 1 numbers, expected 2, one a channel")]
    [InlineData("null", "[1, 1]", "inputs.imu.mean and inputs.imu.deviation: one is missing, expected both or neither")]
    public void Scales_that_make_no_sense_are_refused(string mean, string deviation, string problem)
        => Should.Throw<StreamPerceiverException>(() => WriteModel($$"""
            {
              "model_type": "stream_perceiver", "num_latents": 5, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 1,
              "num_cross_attention_heads": 1,
              "inputs": { "imu": { "type": "series", "steps": 4, "channels": 2, "num_bands": 2, "mean": {{mean}}, "deviation": {{deviation}} } },
              "outputs": { "state": { "type": "classification", "labels": ["x", "y"] } }
            }
            """)).Message.ShouldContain(problem);

    private void WriteClassifier(string preparation)
    {
        WriteModel($$"""
            {
              "architectures": ["PerceiverForImageClassificationLearned"], "image_size": {{Side}}, "num_labels": 3, "num_latents": 5, "d_latents": 16,
              "num_blocks": 1, "num_self_attends_per_block": 1, "num_self_attention_heads": 2, "num_cross_attention_heads": 1
            }
            """);
        string json = preparation.Replace("{", $$"""{"size": {{Side}}{{(preparation == "{}" ? "" : ",")}}""", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "model", ImageClassificationPreparation.FileName), json);
    }

    private void WriteModel(string config)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "model"));
        File.WriteAllText(Path.Combine(_folder, "model", "config.json"), config);
        UntrainedModel.Ensure(Path.Combine(_folder, "model")).ShouldBeTrue();
    }

    private IReadOnlyDictionary<string, NpyArray> ModelRun(Dictionary<string, NpyArray> arrays) => ArrayRun.Run(Path.Combine(_folder, "model"), new PlanChoice(), arrays);

    private async Task<InMemoryResult> RunAsync(string output, string section, string input, params SourceRecord[] records)
    {
        string file = Path.Combine(_folder, "pipeline.json");
        File.WriteAllText(file, $$"""
            {
              "name": "prepared", "window": { "sizeMs": 1000 }, "model": "model", "inputs": { {{input}} },
              "outputs": { "{{output}}": {{section}} }, "topics": { "predictions": "out" }
            }
            """);
        using TorchPerceiver perceiver = TinyModel.Load(Path.Combine(_folder, "model"), maxWindows: 4);
        SourceRecord[] numbered = [.. records.Append(records[^1] with { TimestampMs = 1500 }).Select((r, i) => r with { Offset = i })];
        return await InMemoryRun.RunAsync(PipelineReader.Read(file), perceiver, new BatchOptions(), numbered, new FakeTimeProvider());
    }

    private static string Camera(string input, int frames)
        => $$""" "{{input}}": { "topic": "t.in", "modality": "video", "width": {{Side}}, "height": {{Side}}, "frames": {{frames}}, "patch": 1 }""";

    private static byte[] Noise(int seed, int width = Width, int height = Height)
    {
        byte[] rgb = new byte[width * height * 3];
        new Random(seed).NextBytes(rgb);
        return rgb;
    }

    private static SourceRecord Picture(byte[] rgb, int ms, int width = Width, int height = Height)
    {
        using Mat red = Mat.FromPixelData(height, width, MatType.CV_8UC3, rgb), blue = new();
        Cv2.CvtColor(red, blue, ColorConversionCodes.RGB2BGR);
        Cv2.ImEncode(".png", blue, out byte[] png);
        return Record(ms, "image/png", png);
    }

    private static SourceRecord Json(int ms, string value) => Record(ms, "application/json", Encoding.UTF8.GetBytes(value));

    private static SourceRecord Record(int ms, string type, byte[] value)
        => new("t.in", 0, 0, ms, "camera-1"u8.ToArray(), value, [new("content-type", Encoding.UTF8.GetBytes(type))]);
}
