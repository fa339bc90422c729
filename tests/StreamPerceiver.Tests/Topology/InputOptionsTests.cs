using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Set;
using StreamPerceiver.TestKit;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

/// <summary>Keys of a pipeline file for streams as other programs write them.</summary>
public sealed class InputOptionsTests : IDisposable
{
    private readonly PipelineFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_default_content_type_is_one_that_the_input_takes()
    {
        _file.Read(root => root["inputs"]!["imu"]!["contentType"] = "Application/JSON; charset=utf-8").Inputs[1].DefaultContentType
            .ShouldBe("Application/JSON; charset=utf-8");
        _file.Errors(root => root["inputs"]!["imu"]!["contentType"] = "image/png").ShouldBe(
        [
            "$.inputs.imu.contentType is \"image/png\", expected one of application/json, application/x-ndjson, "
            + "application/jsonl, application/cbor, application/msgpack, application/x-msgpack, application/vnd.msgpack, text/csv, application/csv, "
            + "application/x-npy",
        ]);
    }

    [Fact]
    public void Several_inputs_read_one_topic_where_each_has_a_where_of_its_own()
    {
        _file.Read(root => Share(root, ("field", "id", "1"), ("field", "id", "2"))).Inputs.Select(i => i.Where).ShouldBe(
            [null, new Where(null, "id", "1"), new Where(null, "id", "2")]);
        string[] clash = ["$.inputs: imu and sound read the same topic t.all, expected a topic each, or a where of its own for each"];
        _file.Errors(root => Share(root, ("field", "id", "1"), ("field", "id", "1"))).ShouldBe(clash);
        _file.Errors(root =>
        {
            Share(root, ("field", "id", "1"), ("header", "id", "1"));
            root["inputs"]!["imu"]!.AsObject().Remove("where");
        }).ShouldBe(clash);
        _file.Errors(root =>
        {
            Share(root, ("field", "id", "1"), ("header", "id", "1"));
            root["inputs"]!["imu"]!["where"]!["header"] = "id";
            root["inputs"]!["sound"]!["where"]!.AsObject().Remove("header");
        }).ShouldBe(
        [
            "$.inputs.imu.where has both header and field, expected one of them", "$.inputs.sound.where has neither header nor field, expected one of them",
        ]);

        static void Share(JsonNode root, params (string Kind, string Name, string Is)[] wheres)
        {
            foreach ((string input, (string kind, string name, string text)) in new[] { "imu", "sound" }.Zip(wheres))
            {
                root["inputs"]![input]!["topic"] = "t.all";
                root["inputs"]![input]!["where"] = new JsonObject { [kind] = name, ["is"] = text };
            }
        }
    }

    [Theory]
    [InlineData(3_000, null, 60_000)]
    [InlineData(90_000, null, 90_000)]
    [InlineData(90_000, 250, 250)]
    public void A_sample_may_be_a_minute_or_a_window_from_its_record_where_nothing_else_is_set(int sizeMs, int? spanMs, int expectedMs)
        => _file.Read(root =>
        {
            root["window"]!["sizeMs"] = sizeMs;
            if (spanMs is not null) root["inputs"]!["imu"]!["maxSpanMs"] = spanMs;
        }).Inputs[1].MaxSpanNs.ShouldBe(expectedMs * Some.Ms);

    [Theory]
    [InlineData("""{"header":"ts"}""", EventTimeKind.Header, "ts", TimeFormat.Rfc3339)]
    [InlineData("""{"field":"meta.capturedAt","format":"ms"}""", EventTimeKind.Field, "meta.capturedAt", TimeFormat.Ms)]
    [InlineData("""{"timestamp":true}""", EventTimeKind.Timestamp, "", TimeFormat.Rfc3339)]
    [InlineData("null", EventTimeKind.CloudEvents, "ce_time", TimeFormat.Rfc3339)]
    public void The_event_time_is_where_the_input_has_it(string json, EventTimeKind kind, string name, TimeFormat format)
        => _file.Read(root =>
        {
            if (JsonNode.Parse(json) is { } source) root["inputs"]!["imu"]!["eventTime"] = source;
        }).Inputs[1].TimeSource.ShouldBe(new EventTimeSource(kind, name, format));

    [Theory]
    [InlineData("imu", "{}", "$.inputs.imu.eventTime has no place, expected one of header, field and timestamp")]
    [InlineData("imu", """{"header":"a","field":"b"}""", "$.inputs.imu.eventTime has header and field, expected one of header, field and timestamp")]
    [InlineData("imu", """{"timestamp":false}""", "$.inputs.imu.eventTime.timestamp is false, expected true")]
    [InlineData("imu", """{"timestamp":true,"format":"s"}""", "$.inputs.imu.eventTime.format is there, expected none: Kafka's timestamp has no other")]
    [InlineData("imu", """{"field":"x"}""", "$.inputs.imu.eventTime.field is \"x\", expected no channel")]
    [InlineData("sound", """{"field":"t"}""",
        "$.inputs.sound.eventTime.field is \"t\", expected header or timestamp: none of the input's formats has fields that are known before they are decoded")]
    public void An_event_time_that_cannot_be_is_refused(string input, string json, string error)
        => _file.Errors(root => root["inputs"]![input]!["eventTime"] = JsonNode.Parse(json)).ShouldBe([error]);

    [Theory]
    [InlineData("utf8", KeyFormat.Utf8)]
    [InlineData("int32", KeyFormat.IntegerOf4Bytes)]
    [InlineData("int64", KeyFormat.IntegerOf8Bytes)]
    [InlineData("uuid", KeyFormat.Uuid)]
    public void The_format_of_the_keys_is_that_of_all_inputs(string name, KeyFormat format)
    {
        PipelineDefinition definition = _file.Read(root => root["key"] = name);

        (definition.Keys, definition.Intake.Keys).ShouldBe((format, format));
    }

    [Fact]
    public void An_unknown_format_of_keys_is_refused_with_those_that_there_are()
        => _file.Errors(root => root["key"] = "avro").ShouldBe(["$.key is \"avro\", expected one of \"utf8\", \"int32\", \"int64\", \"uuid\""]);

    [Theory]
    [InlineData(0.2, 10_000, 2)]
    [InlineData(0.016666666666666666, 60_000, 1)] // one a minute
    [InlineData(0.00027777777777777778, 3_600_000, 1)] // one an hour
    [InlineData(12.5, 2_000, 25)]
    [InlineData(33.333333333333336, 3_000, 100)]
    public void A_sensors_rate_need_not_be_whole_but_its_steps_in_a_window_are(double rate, int sizeMs, int steps)
    {
        PipelineDefinition definition = _file.Read(root =>
        {
            root["inputs"]!.AsObject().Remove("sound");
            root["window"]!["sizeMs"] = sizeMs;
            root["inputs"]!["imu"]!["rateHz"] = rate;
        });

        var sensor = (SensorSpec)definition.Inputs[1];
        sensor.TokenShape(definition.Align.Plan.SizeNs).ShouldBe((steps, 2));
        sensor.ToleranceNs.ShouldBe((long)(2 * EventTime.PerSecond / rate));
    }

    [Theory]
    [InlineData(0.2, 2_000)] // not one step
    [InlineData(0.3, 5_000)]
    [InlineData(0.0167, 60_000)]
    [InlineData(99_999.9, 1_234)]
    public void A_rate_whose_steps_in_a_window_are_not_whole_is_refused(double rate, int sizeMs)
        => _file.Errors(root =>
        {
            root["inputs"]!.AsObject().Remove("sound");
            root["window"]!["sizeMs"] = sizeMs;
            root["inputs"]!["imu"]!["rateHz"] = rate;
        }).ShouldBe([$"$.inputs.imu.rateHz is {rate}, expected a whole number of steps in a window of {sizeMs} ms"]);

    [Fact]
    public void Numbers_in_texts_are_an_option_of_sensors_and_sets()
    {
        ((SensorSpec)_file.Read(root => root["inputs"]!["imu"]!["numbersAsText"] = true).Inputs[1]).NumbersAsText.ShouldBeTrue();
        _file.Errors(root => root["inputs"]!["sound"]!["numbersAsText"] = true).ShouldHaveSingleItem().ShouldContain("numbersAsText is not a known key");
    }

    [Fact]
    public void The_channels_of_a_position_are_named_and_each_is_another_one()
    {
        GeoPosition? position = ((SensorSpec)_file.Read(Position("""{ "latitude": "y", "longitude": "x" }""")).Inputs[1]).Position;

        (position?.Latitude, position?.Longitude, position?.Altitude).ShouldBe((1, 0, null));
        _file.Errors(Position("""{ "latitude": "lat", "longitude": "x", "altitude": "x" }""")).ShouldBe(
        [
            "$.inputs.imu.position.latitude is \"lat\", expected a channel of its own among x, y",
            "$.inputs.imu.position.longitude is \"x\", expected a channel of its own among x, y",
            "$.inputs.imu.position.altitude is \"x\", expected a channel of its own among x, y",
        ]);

        static Action<JsonNode> Position(string position) => root => root["inputs"]!["imu"]!["position"] = JsonNode.Parse(position);
    }

    [Fact]
    public void Sampling_is_an_option_of_sets_and_voxels_have_a_size_and_axes()
    {
        var set = (SetSpec)_file.Read(Points("""{ "sample": "voxels", "voxelSize": 0.25 }""")).Inputs[0];

        (set.Sample, set.VoxelSize).ShouldBe((SetSample.Voxels, 0.25));
        ((SetSpec)_file.Read(Points("{}")).Inputs[0]).Sample.ShouldBe(SetSample.None);
        _file.Errors(Points("""{ "sample": "random", "voxelSize": 1 }""")).ShouldHaveSingleItem().ShouldContain("voxelSize is 1, expected none");
        _file.Errors(Points("""{ "sample": "voxels", "channels": ["a"] }""")).ShouldBe(
        [
            "$.inputs.cloud.voxelSize is missing, expected the side of a voxel with sample \"voxels\"",
            "$.inputs.cloud.channels is a, expected x, y or z with sample \"voxels\"",
        ]);

        static Action<JsonNode> Points(string options) => root =>
        {
            JsonNode cloud = JsonNode.Parse("""{ "topic": "t.cloud", "modality": "set", "channels": ["x", "y"], "slots": 4 }""")!;
            foreach ((string key, JsonNode? value) in JsonNode.Parse(options)!.AsObject()) cloud[key] = value!.DeepClone();
            root["inputs"] = new JsonObject { ["cloud"] = cloud };
        };
    }
}
