using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Mcap;

namespace StreamPerceiver.Recordings.Tests;

/// <summary>What a source was told stands in the files, among the records and in its order.</summary>
public sealed class RecordedRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("recording-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Events_come_back_among_the_records_in_their_order_also_those_of_one_moment()
    {
        IntakeEvent[] events = Events();

        Write("r", "one", events, 7);
        RecordedEvent[] found = [.. RecordingReader.ReadEvents(Files())];

        found.Select(e => Text(e.Event)).ShouldBe(events.Where(e => e is not CommitBegun).Select(Text));
        found.ShouldAllBe(e => e.Session == "one" && e.TimeNs == 7);
        RecordingReader.HasRuns(Files()).ShouldBeTrue();
        RecordingReader.Read(Files()).Select(r => r.Record.LogEnd).ShouldBe([12, null]);
        RecordingReader.PartitionCounts(Files()).ShouldBe(new Dictionary<string, int> { ["a"] = 2, ["b"] = 2 });
    }

    [Fact]
    public void What_is_committed_is_in_the_file_before()
    {
        using var writer = new RecordingWriter(_folder, "r", session: "one");
        foreach (IntakeEvent happened in Events()) writer.Add(happened, 7);
        writer.Add(new CommitBegun(), 7);

        string copy = Path.Combine(_folder, "copy.mcap"); // all that a kill would leave
        string whole = Path.Combine(_folder, "whole.mcap");
        File.Copy(writer.FilePath, copy);
        using (FileStream damaged = File.OpenRead(copy), output = File.Create(whole)) McapRecovery.Recover(damaged, output);

        RecordingReader.ReadEvents([whole]).Count().ShouldBe(Events().Length - 1);
    }

    [Fact]
    public void Records_of_no_run_are_read_without_the_events_of_others()
    {
        Write("r", "one", Events(), 7);
        using (var alone = new RecordingWriter(_folder, "s"))
            alone.Add(Record("c", 0, 3, null), 6);

        RecordingReader.HasRuns(Files()).ShouldBeFalse();
        RecordedEvent[] found = [.. RecordingReader.ReadEvents(Files())];
        found.Length.ShouldBe(3);
        found.ShouldAllBe(e => e.Event is RecordRead && e.Session == null);
        RecordingReader.HasRuns(Files(), new HashSet<string> { "a", "b" }).ShouldBeTrue();
    }

    [Fact]
    public void Records_that_a_later_run_reads_again_are_read_once()
    {
        Write("r", "one", [.. Enumerable.Range(0, 5).Select(i => new RecordRead(Record("a", 0, i, null)))], 7);
        Write("s", "two", [.. Enumerable.Range(3, 5).Select(i => new RecordRead(Record("a", 0, i, null))), new RecordRead(Record("a", 1, 0, null))], 8);

        RecordingReader.Read(Files()).Count().ShouldBe(11);
        RecordingReader.ReadOnce(Files()).Select(r => $"{r.Record}").ShouldBe([.. Enumerable.Range(0, 8).Select(i => $"a/0/{i}"), "a/1/0"]);
        using (var alone = new RecordingWriter(_folder, "t")) // as the records of another cluster may have the same offsets
            alone.Add(Record("a", 0, 3, null), 9);
        RecordingReader.ReadOnce(Files()).Count().ShouldBe(12);
    }

    [Fact]
    public void An_event_that_is_none_is_refused_with_its_place()
    {
        string path = Path.Combine(_folder, "x.mcap");
        using (FileStream stream = File.Create(path))
        using (var writer = new McapWriter(stream))
        {
            RecordedChannel channel = RecordedChannel.OfRecord(Record("a", 0, 1, null), 1, "one");
            McapChannel events = RecordedChannel.OfEvents("one", 2);
            writer.Add(channel.Schema);
            writer.Add(channel.Channel);
            writer.Add(EventEncoding.Schema);
            writer.Add(events);
            writer.Add(channel.Encode(Record("a", 0, 1, null), 1));
            writer.Add(new McapMessage(2, 5, 2, 2, "{\"event\": \"other\"}"u8.ToArray()));
        }

        Should.Throw<RecordingException>(() => RecordingReader.ReadEvents([path]).ToArray()).Message
            .ShouldBe($"{path}: message 5 of /streamperceiver/intake: the event is 'other', expected one of the channel's schema");
    }

    private void Write(string name, string session, IEnumerable<IntakeEvent> events, long timeNs)
    {
        using var writer = new RecordingWriter(_folder, name, session: session);
        foreach (IntakeEvent happened in events) writer.Add(happened, timeNs);
    }

    private IReadOnlyList<string> Files() => RecordingReader.FilesOf([_folder]);

    private static IntakeEvent[] Events()
    {
        var progress = new LaneProgress();
        progress.TryAdd("entity/m 1", "1700000000000000000").ShouldBeTrue();
        progress.TryAdd("read-from/a", "3 id-of-a").ShouldBeTrue();
        progress.TryAdd("committed/a", "5").ShouldBeTrue();
        progress.TryAdd("reported/a", "4").ShouldBeTrue();
        progress.TryAdd("clocks/a", """[1,2,3,{"m 1":4}]""").ShouldBeTrue();
        return
        [
            new PlacementRequired(2, "p.progress"),
            new LaneBegun(1, progress, [new("a", new PartitionState(5, 2)), new("b", new PartitionState(null, 0, 9))]),
            new RecordRead(Record("a", 1, 5, 12)),
            new EndsAsked(TimeSpan.FromTicks(12_345)),
            new EndAnswered(new SourcePartition("a", 1), 6, TimeSpan.FromTicks(12_345)),
            new CommitBegun(),
            new OffsetStored(new SourcePartition("a", 1), 6, [true, false]),
            new EndReached(new SourcePartition("a", 1), 7),
            new RecordRead(Record("b", 1, 9, null)),
            new LanesEnded([1]),
        ];
    }

    private static string Text(IntakeEvent happened) => happened switch
    {
        LaneBegun b => $"{b.Lane} {string.Join(' ', b.Progress.Entries)} {string.Join(' ', b.Partitions)}",
        LanesEnded e => string.Join(' ', e.Lanes),
        OffsetStored s => $"{s.Partition} {s.Offset} {string.Join(' ', s.Settled)}",
        RecordRead r => $"{r.Record}",
        _ => $"{happened}",
    };

    private static SourceRecord Record(string topic, int partition, long offset, long? logEnd) => new(
        topic, partition, offset, 1_700_000_000_000, "m 1"u8.ToArray(), Encoding.UTF8.GetBytes("[1]"), [])
    {
        LogEnd = logEnd,
    };
}
