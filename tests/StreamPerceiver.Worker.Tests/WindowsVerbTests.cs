using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings;

namespace StreamPerceiver.Worker.Tests;

/// <summary><c>windows export</c> as a program.</summary>
public sealed class WindowsVerbTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task Windows_are_exported_without_weights_and_a_folder_is_not_written_over()
    {
        WritePipeline();
        Record(steps: 50);

        WorkerProcess.Ended first = await _worker.RunAsync("windows", "export", "recording", "--pipeline", "tiny.json", "-o", "out", "--shard-windows", "4");
        WorkerProcess.Ended again = await _worker.RunAsync("windows", "export", "recording", "--pipeline", "tiny.json", "-o", "out");

        first.Error.ShouldBe("");
        first.Output.ShouldStartWith("windows export: 9 windows to out, 0 skipped; of 50 records 39 used, 0 late, 0 rejected, ");
        Directory.GetFiles(Path.Combine(_worker.Folder, "out")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .ShouldBe(["manifest.json", "windows-00000.npz", "windows-00001.npz", "windows-00002.npz"]);
        (again.Code, again.Error).ShouldBe((2, "out: is there already, expected a new folder\n"));
    }

    [Theory]
    [InlineData("windows export: Option '--out' is required. (--help lists what there is)", "recording", "--pipeline", "tiny.json")]
    [InlineData("nowhere: found no recording, expected an .mcap file or a folder of them", "nowhere", "--pipeline", "tiny.json", "-o", "out")]
    [InlineData(
        "windows export: --until and --duration are given, expected one of them", "recording", "--pipeline", "tiny.json", "-o", "out",
        "--until", "2023-11-14T22:13:22Z", "--duration", "1")]
    [InlineData("command line: '--fast': expected --Section:Key=value", "recording", "--pipeline", "tiny.json", "-o", "out", "--fast")]
    public async Task What_cannot_be_exported_is_refused_in_one_line(string error, params string[] arguments)
    {
        WritePipeline();
        Record(steps: 1);

        WorkerProcess.Ended ended = await _worker.RunAsync(["windows", "export", .. arguments]);

        (ended.Code, ended.Output, ended.Error).ShouldBe((2, "", $"{error}\n"));
    }

    private void Record(int steps)
    {
        using var writer = new RecordingWriter(Path.Combine(_worker.Folder, "recording"), "r");
        for (int i = 0; i < steps; i++)
        {
            var record = new SourceRecord(
                "tiny.a", 0, i, 1_700_000_000_000 + 200 * i, "machine"u8.ToArray(), Encoding.UTF8.GetBytes($"[{i % 7}]"),
                [new(SourceRecord.ContentTypeHeader, "application/json"u8.ToArray())]);
            writer.Add(record, EventTime.FromUnixMilliseconds(record.TimestampMs).Nanoseconds);
        }
    }

    private void WritePipeline()
    {
        _worker.Write("appsettings.json", """{ "Kafka": { "BootstrapServers": "embedded" }, "Pipelines": ["tiny.json"] }""");
        _worker.Write("tiny.json", """
            {
              "name": "tiny", "model": "model", "window": { "sizeMs": 2000, "hopMs": 1000, "outOfOrdernessMs": 0 },
              "inputs": { "a": { "topic": "tiny.a", "modality": "sensor", "rateHz": 5, "channels": ["v"] } },
              "outputs": { "state": {} }, "topics": { "predictions": "tiny.predictions" }
            }
            """);
        _worker.Write("model/config.json", """
            {
              "model_type": "stream_perceiver", "num_latents": 4, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 1,
              "num_cross_attention_heads": 1, "output_num_channels": 8,
              "inputs": { "a": { "type": "series", "steps": 10, "channels": 1, "num_bands": 2 } },
              "outputs": { "state": { "type": "classification", "labels": ["x", "y"] } }
            }
            """);
    }
}
