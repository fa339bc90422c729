using OpenCvSharp;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.Outputs.Values;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Tests;

/// <summary>Pictures reach a model as they did in its training: predictions equal <c>model run</c> on the same pictures, to the bit.</summary>
public sealed class PicturePreparationTests : IDisposable
{
    private const int Width = 53, Height = 37, Side = 16;

    private readonly PreparedModel _model = new();

    private string PreprocessorConfig => Path.Combine(_model.Folder, ImageClassificationPreparation.FileName);

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"do_center_crop": false, "image_mean": [0.1, 0.2, 0.3], "image_std": [2, 3, 4]}""")]
    [InlineData("""{"crop_size": 20, "do_rescale": false, "do_normalize": false}""")]
    public async Task An_official_classifier_sees_pictures_as_its_preprocessor_config_has_them(string settings)
    {
        WriteClassifier(settings);
        byte[] rgb = Noise(1);

        InMemoryResult result = await _model.RunAsync("label", """{ "topK": 3 }""", Camera("image", 1), Picture(rgb, 500));

        ImageClassificationPreparation preparation = ImageClassificationPreparation.Read(PreprocessorConfig);
        float[] logits = _model.ModelRun(NpyArray.FromFloats([1, 3, Side, Side], preparation.Prepare(rgb, Height, Width)));
        LabelsReading label = result.Predictions.ShouldHaveSingleItem().Outputs.ShouldHaveSingleItem().ShouldBeOfType<LabelsReading>();
        label.Labels.ShouldBe(LabelScore.Top(logits, 3).Select(best => ($"LABEL_{best.Index}", (float)best.Score)));
    }

    [Fact]
    public void An_official_classifier_without_its_preprocessor_config_is_refused_by_name()
    {
        WriteClassifier("{}");
        File.Delete(PreprocessorConfig);

        Should.Throw<StreamPerceiverException>(() => TinyModel.Load(_model.Folder, maxWindows: 1).Dispose())
            .Message.ShouldContain(
                "preprocessor_config.json is missing, expected how the pictures of this ImageClassificationLearned were prepared in training");
    }

    [Fact]
    public async Task A_picture_of_which_the_crop_would_leave_nothing_is_a_dead_letter()
    {
        WriteClassifier("""{"crop_size": 16384}""");

        InMemoryResult result = await _model.RunAsync("label", """{ "topK": 3 }""", Camera("image", 1), Picture(Noise(1), 500));

        Rejection rejection = result.Rejections[0];
        (rejection.Reason, rejection.Stage).ShouldBe((RejectionReason.WrongShape, "decode"));
        rejection.Detail.ShouldContain("a picture of 53 x 37, prepared by preprocessor_config.json");
    }

    [Fact]
    public async Task An_official_flow_model_sees_two_consecutive_frames_and_its_flow_is_published_as_values()
    {
        _model.Write("""
            {
              "architectures": ["PerceiverForOpticalFlow"], "train_size": [16, 24], "num_latents": 5, "d_latents": 16, "num_blocks": 1,
              "num_self_attends_per_block": 1, "num_self_attention_heads": 2, "num_cross_attention_heads": 1
            }
            """);
        const string Frames = """
            "frames": { "topic": "t.in", "modality": "video", "width": 24, "height": 16, "frames": 2, "patch": 1, "neighbourhood": 3, "framesPerToken": 2 }
            """;
        byte[] first = Noise(1, 24, 16), second = Noise(2, 24, 16);

        InMemoryResult result = await _model.RunAsync("flow", """{ "type": "values" }""", Frames, Picture(first, 250, 24, 16), Picture(second, 750, 24, 16));

        float[] patches = new OpticalFlowPreparation(16, 24, overlap: 4).Patches(first, second, 16, 24, new TileOrigin(0, 0));
        float[] flow = _model.ModelRun(NpyArray.FromFloats([1, 2, 27, 16, 24], patches));
        ValuesReading values = result.Predictions.ShouldHaveSingleItem().Outputs.ShouldHaveSingleItem().ShouldBeOfType<ValuesReading>();
        values.Of.Sizes.ShouldBe([16, 24, 2]);
        values.Values.ShouldBe(flow);
    }

    [Fact]
    public async Task The_multimodal_model_sees_the_middle_square_of_frames_as_Kinetics_has_it_and_sound_as_it_is()
    {
        _model.Write("""
            {
              "architectures": ["PerceiverForMultimodalAutoencoding"], "num_frames": 4, "image_size": 2, "audio_samples_per_frame": 32,
              "samples_per_patch": 16, "num_labels": 3, "num_latents": 5, "d_latents": 16, "num_blocks": 1, "num_self_attends_per_block": 1,
              "num_self_attention_heads": 2, "num_cross_attention_heads": 1
            }
            """);
        const string Inputs = """
            "image": { "topic": "t.in", "modality": "video", "width": 8, "height": 8, "frames": 4, "patch": 4 },
            "audio": { "topic": "t.sound", "modality": "audio", "rateHz": 128, "samplesPerPatch": 16 }
            """;
        byte[][] frames = [.. Enumerable.Range(0, 4).Select(i => Noise(i))];
        short[] samples = [.. Enumerable.Range(0, 128).Select(i => (short)(i * 200 - 9000))];
        SourceRecord sound = PreparedModel.Record(
            0, "audio/pcm;rate=128;channels=1;format=s16le", [.. samples.SelectMany(BitConverter.GetBytes)]) with
        { Topic = "t.sound" };

        InMemoryResult result = await _model.RunAsync(
            "label", """{ "topK": 3 }""", Inputs,
            [sound, sound with { TimestampMs = 1500 }, .. frames.Select((f, i) => Picture(f, 250 * i + 125))]);

        var kinetics = new KineticsPreparation(ConfigFile.Read(_model.Folder));
        float[] logits = _model.ModelRun(
            "logits.label",
            ("inputs.image", NpyArray.FromFloats([1, 4, 3, 8, 8], kinetics.Video([.. frames.SelectMany(f => f)], Height, Width))),
            ("inputs.audio", NpyArray.FromFloats([1, 128, 1], kinetics.Audio(samples))),
            ("subsampled_output_points.image", NpyArray.FromLongs([1], [0])), ("subsampled_output_points.audio", NpyArray.FromLongs([1], [0])));
        LabelsReading label = result.Predictions.ShouldHaveSingleItem().Outputs.ShouldHaveSingleItem().ShouldBeOfType<LabelsReading>();
        label.Labels.ShouldBe(LabelScore.Top(logits, 3).Select(best => ($"LABEL_{best.Index}", (float)best.Score)));
    }

    [Theory]
    [InlineData(""" "neighbourhood": 1, "framesPerToken": 2 """, "$.inputs.frames gives 384 tokens of 6 channels, expected 384 of 54")]
    [InlineData(""" "neighbourhood": 3 """, "$.inputs.frames gives 768 tokens of 27 channels, expected 384 of 54")]
    public async Task A_pipeline_that_does_not_give_a_models_preparation_is_refused(string layout, string problem)
    {
        _model.Write("""
            {
              "architectures": ["PerceiverForOpticalFlow"], "train_size": [16, 24], "num_latents": 5, "d_latents": 16, "num_blocks": 1,
              "num_self_attends_per_block": 1, "num_self_attention_heads": 2, "num_cross_attention_heads": 1
            }
            """);
        string frames = $$""" "frames": { "topic": "t.in", "modality": "video", "width": 24, "height": 16, "frames": 2, "patch": 1, {{layout}} }""";

        PipelineException refused = await Should.ThrowAsync<PipelineException>(
            _model.RunAsync("flow", """{ "type": "values" }""", frames, Picture(Noise(1), 250)));

        refused.Message.ShouldContain(problem);
    }

    private void WriteClassifier(string preparation)
    {
        _model.Write($$"""
            {
              "architectures": ["PerceiverForImageClassificationLearned"], "image_size": {{Side}}, "num_labels": 3, "num_latents": 5, "d_latents": 16,
              "num_blocks": 1, "num_self_attends_per_block": 1, "num_self_attention_heads": 2, "num_cross_attention_heads": 1
            }
            """);
        string json = preparation.Replace("{", $$"""{"size": {{Side}}{{(preparation == "{}" ? "" : ",")}}""", StringComparison.Ordinal);
        File.WriteAllText(PreprocessorConfig, json);
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
        return PreparedModel.Record(ms, "image/png", png);
    }
}
