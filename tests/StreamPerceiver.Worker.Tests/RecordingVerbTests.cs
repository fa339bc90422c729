using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings;

namespace StreamPerceiver.Worker.Tests;

/// <summary><c>record</c> and <c>replay</c> without brokers; tests with brokers are elsewhere.</summary>
public sealed class RecordingVerbTests : IDisposable
{
    private const long Start = TinyRecording.StartMs;

    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Theory]
    [InlineData("record: no topic is given, expected topics or --pipeline FILE", "record", "--out", "recording")]
    [InlineData("--from is 'now', expected beginning, end or an RFC 3339 time", "record", "a", "--out", "recording", "--from", "now")]
    [InlineData("record: Option '--out' is required. (--help lists what there is)", "record", "a")]
    [InlineData("command line: '--fast': expected --Section:Key=value", "record", "a", "--out", "recording", "--fast")]
    [InlineData("nowhere: found no recording, expected an .mcap file or a folder of them", "replay", "nowhere", "--pipeline", "tiny.json")]
    [InlineData("replay: expected --pipeline FILE, or --publish", "replay", "recording")]
    [InlineData("--remap is 'tiny.a', expected OLD=NEW", "replay", "recording", "--publish", "--remap", "tiny.a")]
    [InlineData("--remap names a 2 times, expected once", "replay", "recording", "--publish", "--remap", "a=b", "--remap", "a=c")]
    [InlineData(
        "replay: --publish makes no predictions, expected no --verify and no --accept", "replay", "recording", "--publish", "--verify", "golden.jsonl")]
    [InlineData("replay: --remap is given, expected --publish with it", "replay", "recording", "--pipeline", "tiny.json", "--remap", "a=b")]
    [InlineData(
        "--verify: golden.jsonl is not there, expected a file that --accept has written, or a recording",
        "replay", "recording", "--pipeline", "tiny.json", "--verify", "golden.jsonl")]
    [InlineData("--until is 'noon', expected an RFC 3339 time", "replay", "recording", "--pipeline", "tiny.json", "--until", "noon")]
    public async Task What_cannot_be_run_is_refused_in_one_line(string error, params string[] arguments)
    {
        TinyRecording.WritePipeline(_worker);
        Record("recording", steps: 1);

        WorkerProcess.Ended ended = await _worker.RunAsync(arguments);

        (ended.Code, ended.Output, ended.Error).ShouldBe((2, "", $"{error}\n"));
    }

    [Fact]
    public async Task Replay_gives_one_hash_and_names_the_windows_whose_predictions_differ()
    {
        TinyRecording.WritePipeline(_worker);
        Record("recording", steps: 50);
        Record("other", steps: 50, changed: 30);

        WorkerProcess.Ended first = await Replay("recording", "--accept", "golden.jsonl");
        WorkerProcess.Ended same = await Replay("recording", "--verify", "golden.jsonl", "--Batch:MaxWindows=1");
        WorkerProcess.Ended different = await Replay("other", "--verify", "golden.jsonl");
        WorkerProcess.Ended within = await Replay("other", "--verify", "golden.jsonl", "--tolerance", "1");

        (first.Code, same.Code, different.Code, within.Code).ShouldBe((0, 0, 1, 0), first.Error + same.Error + different.Error + within.Error);
        same.Output.Split('\n')[^2].ShouldBe(first.Output.Split('\n')[^2]);
        same.Output.Split('\n')[^2].ShouldStartWith("replay: hash of 9 predictions: ");
        same.Output.ShouldContain("replay: 9 predictions in golden.jsonl, 0 differ, compared to the bit");
        different.Output.ShouldContain("replay: 9 predictions in golden.jsonl, 2 differ, compared to the bit");
        different.Output.ShouldContain("  tiny/machine/1700000007000000000: outputs.state.labels[0].probability is 0.");
        within.Output.ShouldContain("replay: 9 predictions in golden.jsonl, 0 differ, compared within 1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Replay_compares_with_what_a_run_published_into_the_recording(bool isStructured)
    {
        TinyRecording.WritePipeline(_worker, isStructured ? "structured" : "binary");
        Record("recording", steps: 50);
        await Replay("recording", "--accept", "golden.jsonl");
        Publish("live", isStructured, RecordedPrediction.ReadAll(Path.Combine(_worker.Folder, "golden.jsonl")));

        WorkerProcess.Ended same = await Replay("recording", "--verify", "live");
        Record("other", steps: 50, changed: 30);
        WorkerProcess.Ended different = await Replay("other", "--verify", "live");
        WorkerProcess.Ended none = await Replay("recording", "--verify", "recording");

        (same.Code, different.Code, none.Code).ShouldBe((0, 1, 2), same.Error + different.Error);
        same.Output.ShouldContain("replay: 9 predictions in live, 0 differ, compared to the bit");
        different.Output.ShouldContain("replay: 9 predictions in live, 2 differ, compared to the bit");
        none.Error.ShouldEndWith("has no record of tiny.predictions, expected a recording with the pipeline's predictions\n");
    }

    [Fact]
    public async Task Replay_reads_a_range_of_times_of_receipt()
    {
        TinyRecording.WritePipeline(_worker);
        Record("recording", steps: 50);

        WorkerProcess.Ended ended = await Replay("recording", "--from", "2023-11-14T22:13:22Z", "--until", "2023-11-14T22:13:24Z");

        ended.Output.ShouldStartWith("replay: 10 records in ");
    }

    private Task<WorkerProcess.Ended> Replay(string recording, params string[] options)
        => _worker.RunAsync(["replay", recording, "--pipeline", "tiny.json", "--Inference:Threads=1", .. options]);

    // Of one sensor at 5 Hz; the record of a step has another value in a changed recording.
    private void Record(string folder, int steps, int? changed = null)
    {
        using var writer = new RecordingWriter(Path.Combine(_worker.Folder, folder), "r");
        for (int i = 0; i < steps; i++)
        {
            byte[] value = Encoding.UTF8.GetBytes(i == changed ? "[0.5]" : $"[{i % 7}]");
            var record = new SourceRecord(
                "tiny.a", 0, i, Start + 200 * i, "machine"u8.ToArray(), value, [new(SourceRecord.ContentTypeHeader, "application/json"u8.ToArray())]);
            writer.Add(record, EventTime.FromUnixMilliseconds(record.TimestampMs).Nanoseconds);
        }
    }

    // As the worker writes them.
    private void Publish(string folder, bool isStructured, IReadOnlyList<RecordedPrediction> predictions)
    {
        using var writer = new RecordingWriter(Path.Combine(_worker.Folder, folder), "r");
        foreach ((int i, RecordedPrediction p) in predictions.Index())
        {
            string value = isStructured ? $$"""{"specversion":"1.0","id":"{{p.Id}}","data":{{p.Json}}}""" : p.Json!;
            KeyValuePair<string, byte[]?>[] headers =
            [
                new("ce_id", isStructured ? null : Encoding.UTF8.GetBytes(p.Id)),
                new(SourceRecord.ContentTypeHeader, Encoding.UTF8.GetBytes(isStructured ? "application/cloudevents+json; charset=utf-8" : "application/json")),
            ];
            writer.Add(new SourceRecord("tiny.predictions", 0, i, Start, null, Encoding.UTF8.GetBytes(value), headers[(isStructured ? 1 : 0)..]), Start);
        }
    }
}
