using System.Text;
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
    public async Task Info_prints_what_a_file_is()
    {
        Record("recording", steps: 5);

        WorkerProcess.Ended ended = await _worker.RunAsync(["recording", "info", "recording"]);

        (ended.Code, ended.Output, ended.Error).ShouldBe((0, "recording/r-0000.mcap: 0.0 MB, 1 chunks, compression lz4, with summary\n", ""));
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
