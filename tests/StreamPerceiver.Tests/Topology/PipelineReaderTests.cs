using System.Text.Json.Nodes;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Set;
using StreamPerceiver.Modalities.Text;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.Outputs;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

public sealed class PipelineReaderTests : IDisposable
{
    private readonly PipelineFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        PipelineDefinition definition = _file.Read(PipelineFile.Least);

        definition.ShouldBeEquivalentTo(new PipelineDefinition(
            "press",
            _file.Path,
            new AlignOptions(new WindowPlan(Ms(2000), Ms(2000)), 0, Ms(10_000), Ms(60_000)),
            new InputSpec[]
            {
                new VideoSpec("cam", "t.cam", false, 4, 2, 2, Ms(500), 2),
                new SensorSpec("imu", "t.imu", false, new[] { "x", "y" }, 5, Interpolation.Linear, Ms(400)),
                new AudioSpec("sound", "t.sound", false, 100, 10),
            },
            Path.Combine(Path.GetDirectoryName(_file.Path)!, "models", "press"),
            (OutputSpec[])[new LabelsOutput("activity", 1)],
            "t.out",
            "press.dead-letters",
            null,
            "press.progress",
            Ms(60_000),
            Ms(3_600_000)));
    }

    [Fact]
    public void What_is_said_holds_with_comments_and_trailing_commas()
    {
        PipelineDefinition definition = _file.Read(
            """
            // What the press does.
            {
              "$schema": "pipeline.schema.json",
              "name": "press-2", /* the second one */
              "window": { "sizeMs": 3000, "hopMs": 1000, "outOfOrdernessMs": 7, "idleAfterMs": 11,
                "entityIdleAfterMs": 0, "flushAfterMs": 19, "maxFutureMs": 17 },
              "inputs": {
                "sound": { "topic": "t.sound", "modality": "audio", "rateHz": 100, "samplesPerPatch": 10, "required": true },
                "imu": { "topic": "t.imu", "modality": "sensor", "channels": ["y", "x"], "rateHz": 5, "clockOffsetMs": -2.5, "interpolation": "hold",
                  "toleranceMs": 13 },
                "cam": { "topic": "t.cam", "modality": "video", "width": 4, "height": 2, "frames": 2, "patch": 2, "toleranceMs": 0, },
              },
              "model": "/models/press",
              "outputs": { "activity": { "topK": 3 }, "wear": {} },
              "topics": { "predictions": "t.out", "deadLetters": "t.dead", "late": "t.late", "progress": "t.progress" },
            }
            """);

        definition.ShouldBeEquivalentTo(new PipelineDefinition(
            "press-2",
            _file.Path,
            new AlignOptions(new WindowPlan(Ms(3000), Ms(1000)), Ms(7), Ms(11), 0),
            new InputSpec[]
            {
                new VideoSpec("cam", "t.cam", false, 4, 2, 2, 0, 2),
                new SensorSpec("imu", "t.imu", false, new[] { "y", "x" }, 5, Interpolation.Hold, Ms(13)) { ClockOffsetNs = -2_500_000 },
                new AudioSpec("sound", "t.sound", true, 100, 10),
            },
            "/models/press",
            (OutputSpec[])[new LabelsOutput("activity", 3), new LabelsOutput("wear", 1)],
            "t.out",
            "t.dead",
            "t.late",
            "t.progress",
            Ms(19),
            Ms(17)));
    }

    [Fact]
    public void Sets_and_texts_are_read()
        => _file.Read(root => root["inputs"] = JsonNode.Parse(
            """
            {
              "note": { "topic": "t.note", "modality": "text", "length": 64 },
              "cloud": { "topic": "t.cloud", "modality": "set", "channels": ["x", "y", "z"], "slots": 100, "required": true }
            }
            """)).Inputs.ShouldBeEquivalentTo(new InputSpec[]
        {
            new SetSpec("cloud", "t.cloud", true, new[] { "x", "y", "z" }, 100),
            new TextSpec("note", "t.note", false, 64),
        });

    [Theory]
    [InlineData("set", "slots", 0, "1 to 65536")]
    [InlineData("set", "slots", 65_537, "1 to 65536")]
    [InlineData("text", "length", 2, "3 to 65536")] // no room for a byte between the two tokens around it
    public void Sizes_of_sets_and_texts_have_a_range(string modality, string key, int value, string range)
        => _file.Errors(root => root["inputs"] = new JsonObject
        {
            ["in"] = new JsonObject { ["topic"] = "t.in", ["modality"] = modality, [key] = value },
        }).ShouldContain($"$.inputs.in.{key} is {value}, expected {range}");

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_with_its_path_value_and_what_is_allowed()
        => _file.Errors(root =>
        {
            root.AsObject().Remove("model");
            root["nmae"] = "press";
            root["name"] = "Press 1";
            root["window"]!["sizeMs"] = 0;
            root["window"]!["hopMs"] = 0.5;
            root["inputs"]!["cam"]!["width"] = "wide";
            root["inputs"]!["cam"]!["rateHz"] = 5;
            root["inputs"]!["imu"]!["channels"]!.AsArray().Add("x");
            root["inputs"]!["imu"]!["interpolation"] = "cubic";
            root["inputs"]!["sound"]!["modality"] = "smell";
            root["outputs"]!["activity"]!["topK"] = 0;
            root["topics"]!["progress"] = "no spaces";
        }).ShouldBe(
        [
            "$.model is missing, expected a string",
            "$.name is \"Press 1\", expected a match of ^[a-z0-9][a-z0-9-]{0,62}$",
            "$.window.sizeMs is 0, expected 1 to 3600000",
            "$.window.hopMs is 0.5, expected an integer 1 to 3600000",
            "$.inputs.sound.modality is \"smell\", expected one of \"video\", \"audio\", \"sensor\", \"set\", \"text\", \"category\"",
            "$.inputs.imu.channels[2] is \"x\" again",
            "$.inputs.imu.interpolation is \"cubic\", expected one of \"nearest\", \"hold\", \"linear\", \"mean\", \"peak\"",
            "$.inputs.cam.width is \"wide\", expected an integer 1 to 4096",
            "$.inputs.cam.rateHz is not a known key, expected one of topic, modality, required, contentType, where, eventTime, clockOffsetMs, maxSpanMs, " +
                "width, height, frames, patch, neighbourhood, framesPerToken, " +
                "channels, range, onDamage, maxPixels, maxScans, toleranceMs",
            "$.outputs.activity.topK is 0, expected 1 to 10000",
            "$.topics.progress is \"no spaces\", expected a match of ^[A-Za-z0-9._-]{1,249}$",
            "$.nmae is not a known key, expected one of $schema, name, key, window, inputs, model, outputs, topics",
        ], ignoreOrder: true);

    [Fact]
    public void A_models_directory_is_the_same_with_a_slash_at_its_end()
        => _file.Read(root => root["model"] = "models/press/").ModelDirectory.ShouldBe(_file.Read(root => root["model"] = "models/press").ModelDirectory);

    [Theory]
    [InlineData("""{"inputs":{"cam":{"modality":"video"}}}""")]
    [InlineData("""{"inputs":{"cam":{"modality":"audio"}}}""")]
    public void A_missing_key_is_said_once(string text)
        => _file.Errors(text).Count(error => error == "$.inputs.cam.topic is missing").ShouldBe(1);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("name: press")]
    [InlineData("""{"name":"a","name":"b"}""")]
    [InlineData("""{"window":{"sizeMs":1,"sizeMs":2}}""")]
    public void What_is_not_json_or_says_a_key_twice_is_refused(string text)
        => _file.Errors(text).ShouldHaveSingleItem().ShouldStartWith("not JSON: ");

    [Theory]
    [InlineData("null", "$ is null, expected an object")]
    [InlineData("[]", "$ is [], expected an object")]
    [InlineData("7", "$ is 7, expected an object")]
    public void A_file_holds_one_object(string text, string error) => _file.Errors(text).ShouldBe([error]);

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("-a")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234")]
    public void A_name_must_fit_a_consumer_group_and_topics(string name)
        => _file.Errors(root => root["name"] = name).ShouldHaveSingleItem().ShouldContain("$.name is ");

    [Fact]
    public void A_file_that_is_missing_is_refused_by_its_name()
        => Should.Throw<PipelineException>(() => PipelineReader.Read(_file.Path)).Message.ShouldContain(_file.Path);

    [Fact]
    public void A_folder_is_refused_by_its_name()
        => Should.Throw<PipelineException>(() => PipelineReader.Read(Path.GetDirectoryName(_file.Path)!)).Message.ShouldContain(
            Path.GetDirectoryName(_file.Path)!);

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"name":"\ud800"}""")]
    public void Half_a_character_is_refused_and_no_bug(string text) => _file.Errors(text).ShouldNotBeEmpty();

    private static long Ms(long milliseconds) => milliseconds * EventTime.PerMillisecond;
}
