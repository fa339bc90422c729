using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings;

namespace StreamPerceiver.Worker.Tests;

/// <summary><c>explain</c> as a process: text, JSON and pictures of a window of a recording, without a model.</summary>
public sealed class ExplainVerbTests : IDisposable
{
    private const long StartMs = 1_700_000_000_000;

    private readonly WorkerProcess _worker = new();

    public ExplainVerbTests()
    {
        File.WriteAllText(Path.Combine(_worker.Folder, "appsettings.json"), """{ "Kafka": { "BootstrapServers": "embedded" }, "Pipelines": ["tiny.json"] }""");
        _worker.Write("tiny.json", """
            {
              "name": "tiny", "model": "missing", "window": { "sizeMs": 2000, "hopMs": 1000 },
              "inputs": { "a": { "topic": "tiny.a", "modality": "sensor", "rateHz": 5, "channels": ["v"] } },
              "outputs": { "state": {} }, "topics": { "predictions": "tiny.predictions" }
            }
            """);
        using var writer = new RecordingWriter(Path.Combine(_worker.Folder, "recording"), "r");
        for (int i = 0; i < 50; i++)
        {
            var record = new SourceRecord(
                "tiny.a", 0, i, StartMs + 200 * i, "machine"u8.ToArray(), Encoding.UTF8.GetBytes($"[{i}]"),
                [new(SourceRecord.ContentTypeHeader, "application/json"u8.ToArray())]);
            writer.Add(record, EventTime.FromUnixMilliseconds(record.TimestampMs).Nanoseconds);
        }
    }

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task A_window_is_told_as_text_JSON_and_pictures_without_its_model()
    {
        WorkerProcess.Ended png = await Explain(
            "--entity", "machine", "--window", "2023-11-14T22:13:22Z", "--json", "window.json", "--picture", "window.png");
        WorkerProcess.Ended svg = await Explain("--window", "tiny/machine/1700000004000000000", "--picture", "window.svg");

        (png.Code, png.Error, svg.Code, svg.Error).ShouldBe((0, "", 0, ""));
        svg.Output.ShouldBe(png.Output);
        png.Output.ShouldStartWith("tiny/machine/1700000004000000000\n  2023-11-14T22:13:22Z to 2023-11-14T22:13:24Z, entity machine, lane 0\n");
        png.Output.ShouldContain("\na (tiny.a): 10 of 10 slots, 0 of 10 tokens masked, last data -200 ms from the end\n");
        JsonNode json = JsonNode.Parse(File.ReadAllText(InFolder("window.json")))!;
        json["inputs"]![0]!["slots"]!.AsArray().Count.ShouldBe(10);
        var drawing = XElement.Parse(File.ReadAllText(InFolder("window.svg")));
        byte[] picture = File.ReadAllBytes(InFolder("window.png"));
        picture[..8].ShouldBe([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(16)).ShouldBe(2 * (int)drawing.Attribute("width")!); // two pixels for one
    }

    [Theory]
    [InlineData("explain: --window is a time, expected --entity with it", "--window", "2023-11-14T22:13:22Z")]
    [InlineData(
        "--window is 'noon', expected an RFC 3339 time, or an id such as tiny/ENTITY/1700000002000000000", "--entity", "machine", "--window", "noon")]
    [InlineData("--entity is 'other', expected machine as in --window", "--entity", "other", "--window", "tiny/machine/1700000004000000000")]
    [InlineData("--picture is 'window.gif', expected a name that ends with .svg or .png", "--window", "tiny/machine/1", "--picture", "window.gif")]
    [InlineData("entity 'other' has no record that can be used; expected one of machine", "--entity", "other", "--window", "2023-11-14T22:13:22Z")]
    public async Task What_cannot_be_explained_is_refused_in_one_line(string error, params string[] arguments)
    {
        WorkerProcess.Ended ended = await Explain(arguments);

        (ended.Code, ended.Output, ended.Error).ShouldBe((2, "", $"{error}\n"));
    }

    private string InFolder(string name) => Path.Combine(_worker.Folder, name);

    private Task<WorkerProcess.Ended> Explain(params string[] options) => _worker.RunAsync(["explain", "recording", "--pipeline", "tiny.json", .. options]);
}
