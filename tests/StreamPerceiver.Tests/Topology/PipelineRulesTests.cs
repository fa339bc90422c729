using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.TestKit;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

public sealed class PipelineRulesTests : IDisposable
{
    private const long TwoSeconds = 2 * EventTime.PerSecond;

    private readonly PipelineFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Keys_that_do_not_fit_each_other_are_all_said_with_both_values()
        => _file.Errors(root =>
        {
            root["inputs"]!["cam"]!["patch"] = 3;
            root["inputs"]!["sound"]!["samplesPerPatch"] = 11;
            root["inputs"]!["imu"]!["topic"] = "t.cam";
            root["window"]!["sizeMs"] = 2100;
            root["topics"]!["predictions"] = "t.sound";
            root["topics"]!["deadLetters"] = "press.progress";
        }).Distinct().ShouldBe(
        [
            "$.inputs: cam and imu read the same topic t.cam, expected a topic each, or a where of its own for each",
            "$.topics: t.sound is used twice, expected a topic of its own",
            "$.topics: press.progress is used twice, expected a topic of its own",
            "$.inputs.cam.patch is 3, expected a divisor of width 4 and height 2",
            "$.inputs.imu.rateHz is 5, expected a whole number of steps in a window of 2100 ms",
            "$.inputs.sound.samplesPerPatch is 11, expected a divisor of the samples in a window: 100 Hz for 2100 ms",
        ], ignoreOrder: true);

    [Theory]
    [InlineData("width", 5)]
    [InlineData("height", 3)]
    public void A_patch_divides_both_sides(string side, int pixels)
        => _file.Errors(root => root["inputs"]!["cam"]![side] = pixels).ShouldHaveSingleItem().ShouldContain("$.inputs.cam.patch is 2");

    [Theory]
    [InlineData(1999, 100)] // not whole samples
    [InlineData(2100, 100)] // 210 samples, but 2.1 ones of the other rate
    public void A_windows_samples_are_whole_patches(int sizeMs, int rateHz)
        => _file.Errors(root =>
        {
            root["inputs"] = new JsonObject { ["sound"] = root["inputs"]!["sound"]!.DeepClone() };
            root["window"]!["sizeMs"] = sizeMs;
            root["inputs"]!["sound"]!["rateHz"] = rateHz;
            root["inputs"]!["sound"]!["samplesPerPatch"] = 20;
        }).ShouldHaveSingleItem()
            .ShouldContain($"$.inputs.sound.samplesPerPatch is 20, expected a divisor of the samples in a window: {rateHz} Hz for {sizeMs} ms");

    [Fact]
    public void A_model_of_the_same_inputs_and_outputs_fits()
    {
        PipelineDefinition definition = _file.Read(PipelineFile.Least);

        PipelineRules.CheckModel(definition, new StubPerceiver(definition.Inputs, TwoSeconds)).ShouldBeEmpty();
    }

    // A set of one number an element has the shape of a text.
    [Theory]
    [InlineData("text", 262, 262, null)]
    [InlineData("set", null, null, null)]
    [InlineData("text", 262, 100, "$.inputs.in gives the ids of 262 tokens, expected the ids of 100 tokens, as the model in")]
    [InlineData("text", 262, null, "$.inputs.in gives the ids of 262 tokens, expected numbers, as the model in")]
    [InlineData("set", null, 262, "$.inputs.in gives numbers, expected the ids of 262 tokens, as the model in")]
    public void A_text_goes_where_its_ids_are_taken_and_nothing_else_does(string modality, int? given, int? taken, string? error)
    {
        PipelineDefinition definition = _file.Read(root => root["inputs"] = new JsonObject
        {
            ["in"] = given is null
                ? new JsonObject { ["topic"] = "t.in", ["modality"] = modality, ["slots"] = 7, ["channels"] = new JsonArray("x") }
                : new JsonObject { ["topic"] = "t.in", ["modality"] = modality, ["length"] = 7 },
        });
        var model = new StubPerceiver(definition.Inputs, TwoSeconds) { Vocabularies = taken is { } ids ? new Dictionary<string, int> { ["in"] = ids } : [] };

        IReadOnlyList<string> errors = PipelineRules.CheckModel(definition, model);

        if (error is null) errors.ShouldBeEmpty();
        else errors.ShouldHaveSingleItem().ShouldStartWith(error);
    }

    [Fact]
    public void What_does_not_fit_the_model_is_all_said_at_once()
    {
        PipelineDefinition definition = _file.Read(root =>
        {
            root["outputs"] = JsonNode.Parse("""{"activity":{"topK":3},"wear":{}}""");
            root["inputs"]!["sound"]!["samplesPerPatch"] = 20;
        });
        InputSpec[] modelInputs =
        [
            definition.Inputs[0],
            new AudioSpec("sound", "", false, 100, 10),
            new SensorSpec("thermometer", "", false, ["t"], 1, Interpolation.Hold, 0),
        ];

        string model = definition.ModelDirectory;
        PipelineRules.CheckModel(definition, new StubPerceiver(modelInputs, TwoSeconds)).ShouldBe(
        [
            $"$.inputs.thermometer is missing: the model in {model} takes it",
            "$.inputs.imu is not an input of the model, expected one of cam, sound, thermometer",
            $"$.inputs.sound gives 10 tokens of 20 channels, expected 20 of 10, as the model in {model} takes",
            "$.outputs.activity.topK is 3, expected at most 2: the model's labels",
            "$.outputs.wear is not an output of the model that a pipeline can publish, expected one of activity",
        ]);
    }

    [Theory]
    [InlineData("rateHz", 50, 2000, "gives 100 tokens of 2 channels, expected 200 of 2")]
    [InlineData("rateHz", 100, 1000, "gives 100 tokens of 2 channels, expected 200 of 2")]
    [InlineData("channels", 3, 2000, "gives 200 tokens of 3 channels, expected 200 of 2")]
    public void A_sensor_of_another_rate_window_or_channels_is_refused_with_both_shapes(string key, int value, int windowMs, string problem)
    {
        PipelineDefinition definition = _file.Read(root =>
        {
            root["window"]!["sizeMs"] = windowMs;
            var input = new JsonObject { ["topic"] = "t.in", ["modality"] = "sensor", ["rateHz"] = 100, ["channels"] = new JsonArray("x", "y") };
            input[key] = key == "channels" ? new JsonArray([.. Enumerable.Range(0, value).Select(i => (JsonNode)$"c{i}")]) : value;
            root["inputs"] = new JsonObject { ["in"] = input };
        });
        var trained = new SensorSpec("in", "", false, ["x", "y"], 100, Interpolation.Linear, 0);

        PipelineRules.CheckModel(definition, new StubPerceiver([trained], TwoSeconds)).ShouldHaveSingleItem()
            .ShouldBe($"$.inputs.in {problem}, as the model in {definition.ModelDirectory} takes");
    }

    [Theory]
    [InlineData(48, 36, 6, 4, "4, 6, 8", null)]
    [InlineData(48, 36, 6, 1, "6, 8", null)] // a still picture
    [InlineData(48, 36, 12, 4, "4, 6, 8", "gives 48 tokens of 432 channels, expected 192 of 108")]
    [InlineData(48, 36, 6, 2, "4, 6, 8", "gives 96 tokens of 108 channels, expected 192 of 108")]
    [InlineData(36, 48, 6, 4, "4, 6, 8", "gives tokens on a grid of 4 x 8 x 6, expected 4 x 6 x 8")] // as many tokens, at other places
    public void Frames_of_another_patch_number_or_shape_are_refused_with_both_shapes(int width, int height, int patch, int frames, string grid, string? problem)
    {
        PipelineDefinition definition = _file.Read(root => root["inputs"] = new JsonObject
        {
            ["in"] = new JsonObject
            {
                ["topic"] = "t.in",
                ["modality"] = "video",
                ["width"] = width,
                ["height"] = height,
                ["patch"] = patch,
                ["frames"] = frames,
            },
        });
        int[] axes = [.. grid.Split(", ").Select(int.Parse)];
        var trained = new VideoSpec("in", "", false, 48, 36, axes.Length < 3 ? 1 : axes[0], 0, 6);
        var model = new StubPerceiver([trained], TwoSeconds) { Grids = new Dictionary<string, IReadOnlyList<int>> { ["in"] = axes } };

        IReadOnlyList<string> problems = PipelineRules.CheckModel(definition, model);

        if (problem is null) problems.ShouldBeEmpty();
        else problems.ShouldHaveSingleItem().ShouldBe($"$.inputs.in {problem}, as the model in {definition.ModelDirectory} takes");
    }

    [Fact]
    public void A_pipeline_that_does_not_fit_its_model_is_not_built()
    {
        PipelineDefinition definition = _file.Read(root => root["outputs"]!["activity"]!["topK"] = 3);

        Should.Throw<PipelineException>(
            () => new PerceptionPipeline(
                definition, new StubPerceiver(definition.Inputs, TwoSeconds), new(), new MemoryBudget(256 << 20), new FakeTimeProvider()))
            .Message.ShouldBe($"{_file.Path}: $.outputs.activity.topK is 3, expected at most 2: the model's labels");
    }

    [Fact]
    public void The_length_of_a_flow_that_has_the_full_colour_is_above_0()
    {
        using var file = new PipelineFile();

        file.Read(Flow(0.5)).Outputs.Single(output => output.Name == "flow").Topic.ShouldBe("t.flow");
        file.Errors(Flow(0)).ShouldBe(["$.outputs.flow.maxFlow is 0, expected above 0"]);

        static Action<JsonNode> Flow(double most)
            => root => root["outputs"]!["flow"] = new JsonObject { ["type"] = "dense", ["topic"] = "t.flow", ["as"] = "image/png", ["maxFlow"] = most };
    }
}
