using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Batch;
using StreamPerceiver.Recordings;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tokenise;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;
using InputTokens = StreamPerceiver.Modalities.InputTokens;

namespace StreamPerceiver.Worker.Tests;

/// <summary>A ROS 2 bag of an independent writer (see <c>RoverTests</c>), from the file to windows and predictions.</summary>
public sealed class RosImportTests : IDisposable
{
    private const string Pipeline = """
        {
          "name": "rover", "model": "model", "window": { "sizeMs": 1000 },
          "inputs": {
            "imu": {
              "topic": "rover.imu", "modality": "sensor", "rateHz": 10, "interpolation": "nearest",
              "channels": ["angular_velocity.x", "angular_velocity.y", "linear_acceleration.z"]
            },
            "gps": { "topic": "rover.gps", "modality": "sensor", "rateHz": 2, "interpolation": "nearest", "channels": ["latitude", "altitude"] },
            "lidar": { "topic": "rover.lidar", "modality": "set", "slots": 7, "channels": ["x", "y", "z", "intensity"] },
            "camera": { "topic": "rover.camera", "modality": "video", "frames": 2, "width": 16, "height": 12, "patch": 4 }
          },
          "outputs": { "activity": {} }, "topics": { "predictions": "rover.predictions" }
        }
        """;

    private const string Config = """
        {
          "model_type": "stream_perceiver", "num_latents": 4, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 1,
          "num_cross_attention_heads": 1, "output_num_channels": 8,
          "inputs": {
            "imu": { "type": "series", "steps": 10, "channels": 3, "num_bands": 2 },
            "gps": { "type": "series", "steps": 2, "channels": 2, "num_bands": 2 },
            "lidar": { "type": "set", "slots": 7, "channels": 4, "linear_channels": 5 },
            "camera": { "type": "video", "frames": 2, "height": 12, "width": 16, "patch_size": 4, "num_bands": 2 }
          },
          "outputs": { "activity": { "type": "classification", "labels": ["x", "y"] } }
        }
        """;

    private static readonly string Golden = RepositoryRoot.Path("tests", "StreamPerceiver.Recordings.Tests", "Golden", "rosbag");

    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task A_bag_is_imported_and_each_topic_is_accounted_for()
    {
        WorkerProcess.Ended ended = await ImportAsync(File.ReadAllText(Path.Combine(Golden, "rover.json")));

        (ended.Code, ended.Error).ShouldBe((0, ""));
        string[] lines = ended.Output.Split('\n');
        lines.ShouldContain("import: /gps/fix (sensor_msgs/msg/NavSatFix): 7 of 8 messages to rover.gps");
        lines.ShouldContain("import: /gps/fix (sensor_msgs/msg/NavSatFix): 1 messages left out: status.status is -1: the receiver had no fix");
        lines.ShouldContain("import: /tf (tf2_msgs/msg/TFMessage): left out, since the map has no entry for it; 8 messages");
        lines.ShouldContain("import: /rover_2/temperature (sensor_msgs/msg/Temperature): 8 messages have no stamp, and the time of the log instead");
        lines.ShouldContain("import: /sonar (sensor_msgs/msg/Range): 1 numbers left out, since they are NaN or infinite");
        lines[^2].ShouldStartWith("import: 151 records, ");
    }

    [Theory]
    [InlineData(
        """{ "topics": { "/tf": { "topic": "t", "entity": "e" } } }""",
        "map.json: line 1: $.topics./tf: topic /tf: type tf2_msgs/TFMessage has no single number, expected sensor_msgs/CompressedImage, Image, ")]
    [InlineData(
        """{ "topics": { "/none": { "topic": "t", "entity": "e" } } }""",
        "map.json: line 1: $.topics./none is no topic of the bag, expected one of /audio, ")]
    public async Task What_cannot_be_imported_is_refused_before_a_file_is_made(string map, string problem)
    {
        WorkerProcess.Ended ended = await ImportAsync(map);

        (ended.Code, ended.Output).ShouldBe((2, ""));
        ended.Error.ShouldStartWith(problem);
        ended.Error.Split('\n').Length.ShouldBe(2);
        Directory.GetFiles(_worker.Folder, "*.mcap", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Windows_of_an_imported_bag_hold_what_was_written_and_are_predicted()
    {
        UntrainedModel.Ensure(Path.GetDirectoryName(_worker.Write("model/config.json", Config))!);
        PipelineDefinition definition = PipelineReader.Read(_worker.Write("rover.pipeline.json", Pipeline));
        _worker.Write("appsettings.json", """{ "Kafka": { "BootstrapServers": "embedded" }, "Pipelines": ["rover.pipeline.json"] }""");
        (await ImportAsync(File.ReadAllText(Path.Combine(Golden, "rover.json")))).Code.ShouldBe(0);

        List<TokenisedWindow> windows = [];
        using var model = new StubPerceiver(definition.Inputs, definition.Align.Plan.SizeNs)
        {
            BeforeRun = batch => windows.AddRange(batch.Windows.Select(w => Kept(w.Value!))),
        };
        HashSet<string> topics = [.. definition.Inputs.Select(i => i.Topic)];
        IEnumerable<RecordedRecord> records = RecordingReader.Read(RecordingReader.FilesOf([Path.Combine(_worker.Folder, "recording")]), topics: topics);
        InMemoryResult result = await InMemoryRun.RunAsync(definition, model, new BatchOptions(), records.Select(r => r.Record), new FakeTimeProvider());
        WorkerProcess.Ended replay = await _worker.RunAsync("replay", "recording", "--pipeline", "rover.pipeline.json");

        result.Rejections.ShouldBeEmpty();
        windows.Count.ShouldBeGreaterThanOrEqualTo(3);
        string[] channels = ["angular_velocity.x", "angular_velocity.y", "linear_acceleration.z"];
        Content(windows[0], "imu").ShouldBe(Written("/imu/data", 10).SelectMany(v => channels.Select(c => v[c]!.GetValue<float>())));
        string[] position = ["latitude", "altitude"];
        Content(windows[0], "gps").ShouldBe(Written("/gps/fix", 2).SelectMany(v => position.Select(c => v[c]!.GetValue<float>())));
        JsonArray[] points = [.. Written("/lidar/points", 2).Last()["points"]!.AsArray().Select(p => p!.AsArray()).Where(p => p[2] is not null)];
        Content(windows[0], "lidar").ShouldBe(points.SelectMany(p => p.Select(n => n!.GetValue<float>())));
        windows[0].Inputs.Single(i => i.Name == "camera").Mask.ShouldAllBe(m => m == 1);
        (replay.Code, replay.Error).ShouldBe((0, ""));
        replay.Output.ShouldContain($"replay: hash of {windows.Count} predictions: ");
    }

    private Task<WorkerProcess.Ended> ImportAsync(string map)
    {
        _worker.Write("map.json", map);
        return _worker.RunAsync("recording", "import", Path.Combine(Golden, "rover.mcap"), "--map", "map.json", "--out", "recording");
    }

    // The arrays are used again once a window has run.
    private static TokenisedWindow Kept(TokenisedWindow window)
        => window with { Inputs = [.. window.Inputs.Select(i => new InputTokens(i.Name, [.. i.Content], [.. i.Mask]))] };

    // The content of the tokens that are not masked.
    private static float[] Content(TokenisedWindow window, string input)
    {
        InputTokens tokens = window.Inputs.Single(i => i.Name == input);
        int channels = tokens.Content.Length / tokens.Tokens;
        return [.. tokens.Content.Where((_, i) => tokens.Mask[i / channels] == 1)];
    }

    // What the writer has noted of the first messages of a topic.
    private static JsonObject[] Written(string topic, int count)
        => [.. File.ReadLines(Path.Combine(Golden, "rover.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject())
            .Where(line => line["topic"]!.GetValue<string>() == topic).Take(count).Select(line => line["values"]!.AsObject())];
}
