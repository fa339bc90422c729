using System.Text;
using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings;

namespace StreamPerceiver.Worker.Tests;

/// <summary>The verbs under <c>recording</c> that show, check and change files.</summary>
public sealed class RecordingFilesVerbTests : IDisposable
{
    private const long Start = 1_700_000_000_000;

    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task Files_are_recovered_cut_and_merged()
    {
        Record("recording", steps: 50);
        string file = Path.Combine(_worker.Folder, "recording", "r-0000.mcap");
        File.WriteAllBytes(Path.Combine(_worker.Folder, "broken.mcap"), File.ReadAllBytes(file)[..^300]);

        WorkerProcess.Ended recovered = await Run("recover", "broken.mcap", "-o", "whole.mcap");
        WorkerProcess.Ended cut = await Run("cut", "recording", "-o", "cut.mcap", "--until", "2023-11-14T22:13:22Z", "--entity", "machine");
        WorkerProcess.Ended merged = await Run("merge", "whole.mcap", "cut.mcap", "-o", "merged.mcap");
        WorkerProcess.Ended deduped = await Run("merge", "whole.mcap", "cut.mcap", "-o", "merged.mcap", "--force", "--dedupe");
        WorkerProcess.Ended again = await Run("cut", "recording", "-o", "cut.mcap");

        recovered.Output.Split('\n')[1].ShouldBe("  tiny.a/0: 50 messages kept, how many were lost is not known: the file has no counts");
        recovered.Output.ShouldContain("recover: 50 messages from 2023-11-14T22:13:20Z to 2023-11-14T22:13:29.800Z (9.800 s), 0 attachments and ");
        cut.Output.ShouldStartWith(
            "cut: 10 messages of 1 channel from 2023-11-14T22:13:20Z to 2023-11-14T22:13:21.800Z (1.800 s), 0.0 MB, written to cut.mcap");
        merged.Output.ShouldContain("merge: 10 records came twice, by topic, partition and offset; --dedupe keeps each once");
        deduped.Output.ShouldStartWith("merge: 50 messages of 1 channel ");
        deduped.Output.ShouldContain("each was kept once");
        (again.Code, again.Error).ShouldBe((2, "cut.mcap: is there already, expected a new name or --force\n"));
    }

    [Fact]
    public async Task Info_prints_what_is_in_a_recording_and_what_a_pipeline_makes_of_it()
    {
        Record("recording", steps: 50);
        _worker.Write("appsettings.json", """{ "Kafka": { "BootstrapServers": "embedded" }, "Pipelines": ["tiny.json"] }""");
        _worker.Write("tiny.json", """
            {
              "name": "tiny", "model": "model", "window": { "sizeMs": 2000, "hopMs": 1000, "outOfOrdernessMs": 0 },
              "inputs": { "a": { "topic": "tiny.a", "modality": "sensor", "rateHz": 5, "channels": ["v"] } },
              "outputs": { "state": {} }, "topics": { "predictions": "tiny.predictions" }
            }
            """);

        WorkerProcess.Ended text = await Run("info", "recording", "--pipeline", "tiny.json");
        WorkerProcess.Ended json = await Run("info", "recording", "--json");

        (text.Code, text.Error).ShouldBe((0, ""));
        text.Output.ShouldBe("""
            recording/r-0000.mcap: 0.0 MB, 10 chunks, compression lz4, with indexes, written by StreamPerceiver
            50 messages, 0.0 MB, received from 2023-11-14T22:13:20Z to 2023-11-14T22:13:29.800Z (9.8 s)
            topic tiny.a: 50 messages, 0.0 MB, 5 a second
              content: application/json 50; type streamperceiver.JsonRecord
              event time: timestamp 50; Kafka's timestamp by: producer 50
              entities: 1: machine
              partition 0: 50 records, offsets 0 to 49, 0 missing, 0 doubled
              silence of partition 0: 0.2 s, from 2023-11-14T22:13:20Z to 2023-11-14T22:13:20.200Z
              silence of partition 0: 0.2 s, from 2023-11-14T22:13:20.200Z to 2023-11-14T22:13:20.400Z
              silence of partition 0: 0.2 s, from 2023-11-14T22:13:20.400Z to 2023-11-14T22:13:20.600Z
              silence of entity machine: 0.2 s, from 2023-11-14T22:13:20Z to 2023-11-14T22:13:20.200Z
              silence of entity machine: 0.2 s, from 2023-11-14T22:13:20.200Z to 2023-11-14T22:13:20.400Z
              silence of entity machine: 0.2 s, from 2023-11-14T22:13:20.400Z to 2023-11-14T22:13:20.600Z
            pipeline tiny: 9 windows, 8 complete (88.9 %), 0 skipped for lack of a required input; rejected records: none
            input a (tiny.a): 50 records, 0 late, 0 rejected; absent in 0 windows; event time: timestamp 50
              Kafka's timestamp less event time: median 0 ms, p95 0 ms
              entity machine: 9 windows, 88.9 % complete

            """);
        JsonNode info = JsonNode.Parse(json.Output)!;
        info["topics"]![0]!["partitions"]![0]!.ToJsonString().ShouldBe(
            """{"partition":0,"records":50,"firstOffset":0,"lastOffset":49,"missing":0,"doubled":0}""");
        info.AsObject().Select(m => m.Key).ShouldBe(["files", "first", "last", "seconds", "messages", "bytes", "topics", "pipeline"]);
        info["files"]![0]!.AsObject().Select(m => m.Key).ShouldBe(["path", "bytes", "profile", "library", "hasIndexes", "chunks", "compression"]);
        info["topics"]![0]!.AsObject().Select(m => m.Key).ShouldBe(
        [
            "topic", "schemas", "messages", "bytes", "rateHz", "mediaTypes", "eventTimes", "timestamps", "partitions", "entities", "entityNames", "clockOffset",
            "offEntities", "silences",
        ]);
    }

    [Fact]
    public async Task Doctor_says_what_is_wrong_and_which_verb_mends_it()
    {
        Record("recording", steps: 50);
        string file = Path.Combine(_worker.Folder, "recording", "r-0000.mcap");
        File.WriteAllBytes(Path.Combine(_worker.Folder, "broken.mcap"), File.ReadAllBytes(file)[..^300]);

        WorkerProcess.Ended good = await Run("doctor", "recording");
        WorkerProcess.Ended broken = await Run("doctor", "broken.mcap");

        (good.Code, good.Output, good.Error).ShouldBe((0, "recording/r-0000.mcap: nothing is wrong\n", ""));
        (broken.Code, broken.Error).ShouldBe((1, ""));
        string[] lines = broken.Output.Split('\n');
        lines[0].ShouldBe("broken.mcap: 1 error, 0 warnings");
        lines[1].ShouldEndWith("; 50 messages are complete, up to 2023-11-14T22:13:29.800000000Z");
        lines[2].ShouldBe("  to mend it: recording recover broken.mcap -o NEW.mcap");
    }

    private Task<WorkerProcess.Ended> Run(params string[] words) => _worker.RunAsync(["recording", .. words]);

    // Of one sensor at 5 Hz.
    private void Record(string folder, int steps)
    {
        using var writer = new RecordingWriter(Path.Combine(_worker.Folder, folder), "r");
        for (int i = 0; i < steps; i++)
        {
            var record = new SourceRecord(
                "tiny.a", 0, i, Start + 200 * i, "machine"u8.ToArray(), Encoding.UTF8.GetBytes($"[{i % 7}]"),
                [new(SourceRecord.ContentTypeHeader, "application/json"u8.ToArray())]);
            writer.Add(record, EventTime.FromUnixMilliseconds(record.TimestampMs).Nanoseconds);
        }
    }
}
