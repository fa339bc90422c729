using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Recordings.Tests;

/// <summary>A recording beside a run ends by itself where the disk fails, and the run goes on.</summary>
public sealed class RunRecorderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("recording-").FullName;
    private readonly List<string> _reasons = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_event_is_written_by_the_end_of_the_run()
    {
        var recorder = new RunRecorder(Open, 1 << 20, _reasons.Add);
        for (int i = 0; i < 100; i++) recorder.Add(new RecordRead(Record(i)), new EventTime(i));
        recorder.Dispose();

        RecordingReader.ReadEvents(RecordingReader.FilesOf([_folder])).Select(e => (((RecordRead)e.Event).Record.Offset, e.TimeNs))
            .ShouldBe(Enumerable.Range(0, 100).Select(i => ((long)i, (long)i)));
        (recorder.Records, recorder.HasFailed, _reasons.Count).ShouldBe((100, false, 0));
    }

    [Fact]
    public void A_disk_that_is_too_slow_ends_the_recording_and_what_came_before_can_be_read()
    {
        using var disk = new ManualResetEventSlim();
        var recorder = new RunRecorder(Slow, 10_000, _reasons.Add);
        for (int i = 0; i < 100; i++) recorder.Add(new RecordRead(Record(i)), new EventTime(i));
        recorder.HasFailed.ShouldBeTrue();
        disk.Set();
        recorder.Dispose();

        _reasons.ShouldBe(["10000 bytes wait to be written: the disk is too slow, or has stopped"]);
        RecordingReader.Read(RecordingReader.FilesOf([_folder])).Select(r => r.Record.Offset).ShouldBe([0, 1, 2, 3, 4, 5]); // of 1512 bytes each

        RecordingWriter Slow()
        {
            disk.Wait();
            return Open();
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_made_ends_the_recording_with_its_reason()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        var recorder = new RunRecorder(() => new RecordingWriter(file, "r", session: "one"), 1 << 20, _reasons.Add);
        recorder.Add(new RecordRead(Record(0)), new EventTime(0));
        recorder.Dispose();

        recorder.HasFailed.ShouldBeTrue();
        _reasons.ShouldHaveSingleItem().ShouldContain(file);
    }

    private RecordingWriter Open() => new(_folder, "r", session: "one");

    private static SourceRecord Record(long offset) => new("a", 0, offset, 0, "m"u8.ToArray(), new byte[999], []);
}
