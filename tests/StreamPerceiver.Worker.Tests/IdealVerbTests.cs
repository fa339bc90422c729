using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Recordings;

namespace StreamPerceiver.Worker.Tests;

/// <summary><c>replay --ideal</c> names the windows that a late record or an idle input has changed.</summary>
public sealed class IdealVerbTests : IDisposable
{
    private static readonly int[] Steps = [.. Enumerable.Range(0, 12), .. Enumerable.Range(13, 18), 12, .. Enumerable.Range(31, 19)];

    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task The_windows_of_a_late_record_differ_and_the_record_is_named()
    {
        TinyRecording.WritePipeline(_worker);
        using (var writer = new RecordingWriter(Path.Combine(_worker.Folder, "recording"), "r", session: "one"))
            foreach ((int offset, int step) in Steps.Index())
                writer.Add(new RecordRead(TinyRecording.Record(step, $"[{step % 7 * step % 5}]") with { Offset = offset }), Time(offset));

        WorkerProcess.Ended was = await Replay();
        WorkerProcess.Ended ideal = await Replay("--ideal");

        (was.Code, ideal.Code).ShouldBe((0, 0), was.Error + ideal.Error);
        was.Output.ShouldContain("replay: as the recorded run was");
        ideal.Output.ShouldContain("ideal: records were behind by a 3.6 s at most; no input is silent\n");
        ideal.Output.ShouldContain("  tiny/machine-0/1700000003000000000: closed by watermark; ");
        ideal.Output.ShouldContain("  tiny/machine-0/1700000004000000000: closed by watermark; ");
        ideal.Output.ShouldContain("tiny.a/0/30 of a was late by ");
        ideal.Output.ShouldContain("ideal: 2 of 11 windows differ from the run as it was; ");
        ideal.Output.Split('\n')[^2].ShouldNotBe(was.Output.Split('\n')[^2]);
    }

    private Task<WorkerProcess.Ended> Replay(params string[] options)
        => _worker.RunAsync(["replay", "recording", "--pipeline", "tiny.json", "--Inference:Threads=1", .. options]);

    private static long Time(int offset) => EventTime.FromUnixMilliseconds(TinyRecording.StartMs + 200 * offset).Nanoseconds;
}
