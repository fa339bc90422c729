using System.Text;
using StreamPerceiver.Ingest;
using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Files;

namespace StreamPerceiver.Recordings.Tests;

/// <summary>Cut and merged recordings.</summary>
public sealed class RecordingCopyTests : RecordingFiles
{
    [Fact]
    public void Merged_files_have_all_records_whole_in_the_order_of_receipt_and_a_channel_a_partition()
    {
        string even = Write("even", Enumerable.Range(0, 50).Select(i => (Record("a", i % 2, i, "m"), 2 * i * Second)));
        string odd = Write("odd", Enumerable.Range(50, 50).Select(i => (Record("a", i % 2, i, "m"), (2 * (i - 50) + 1) * Second)));

        RecordingCopyReport report = Copy([odd, even], new());

        report.ShouldBe(new RecordingCopyReport(100, 2, 0, 0, 99 * Second));
        RecordedRecord[] read = [.. RecordingReader.Read([Out])];
        read.Select(r => r.ReceivedNs).ShouldBe(Enumerable.Range(0, 100).Select(i => i * Second));
        RecordedRecord[] expected = [.. RecordingReader.Read([even]).Concat(RecordingReader.Read([odd])).OrderBy(r => r.ReceivedNs)];
        read.Select(Text).ShouldBe(expected.Select(Text));
    }

    [Fact]
    public void Records_that_two_recorders_have_are_counted_and_kept_once_where_that_is_asked()
    {
        string one = Write("one", Enumerable.Range(0, 30).Select(i => (Record("a", 0, i, "m"), i * Second)));
        string two = Write("two", Enumerable.Range(20, 30).Select(i => (Record("a", 0, i, "m"), i * Second + 5)));

        (RecordingCopyReport all, RecordingCopyReport once) = (Copy([one, two], new()), Copy([one, two], new(), dropsDoubled: true));

        (all.Messages, all.Doubled, once.Messages, once.Doubled).ShouldBe((60, 10, 50, 10));
        RecordingReader.Read([Out]).Select(r => r.Record.Offset).ShouldBe(Enumerable.Range(0, 50).Select(i => (long)i));
    }

    [Fact]
    public void A_cut_has_the_range_the_topics_the_partitions_and_the_entities_that_are_asked_for()
    {
        string file = Write("f", Enumerable.Range(0, 80).Select(i => (Record(i % 4 < 2 ? "a" : "b", i % 2, i, $"m{i % 3}"), i * Second)));

        Offsets(new() { FromNs = 10 * Second, UntilNs = 13 * Second }).ShouldBe([10, 11, 12]);
        Offsets(new() { Topics = new HashSet<string> { "b" }, UntilNs = 8 * Second }).ShouldBe([2, 3, 6, 7]);
        Offsets(new() { Topics = new HashSet<string> { "b/1" }, UntilNs = 8 * Second }).ShouldBe([3, 7]);
        Offsets(new() { Partitions = new HashSet<int> { 1 }, UntilNs = 8 * Second }).ShouldBe([1, 3, 5, 7]);
        Offsets(new() { Entities = new HashSet<string> { "m1", "m2" }, UntilNs = 8 * Second }).ShouldBe([1, 2, 4, 5, 7]);
        Offsets(new() { FromNs = 100 * Second }).ShouldBe([]);

        Should.Throw<RecordingException>(() => Offsets(new() { Topics = new HashSet<string> { "c" } })).Message
            .ShouldBe("no file has the topic c, expected one of a, a/0, a/1, b, b/0, b/1");

        IEnumerable<long> Offsets(RecordingSelection selection)
        {
            Copy([file], selection);
            return [.. RecordingReader.Read([Out]).Select(r => r.Record.Offset)];
        }
    }

    [Fact]
    public void A_cut_keeps_the_events_of_the_run()
    {
        using (var writer = new RecordingWriter(Folder, "f", session: "run"))
        {
            for (int i = 0; i < 4; i++)
            {
                writer.Add(Record(i % 2 == 0 ? "a" : "b", 0, i, "m"), i * Second);
                writer.Add(new EndReached(new SourcePartition("a", 0), i), i * Second);
            }
        }

        Copy([Path.Combine(Folder, "f-0000.mcap")], new() { Topics = new HashSet<string> { "b" }, FromNs = Second });

        RecordingReader.ReadEvents([Out]).Select(e => $"{e.TimeNs / Second} {e.Event.GetType().Name} {e.Session}").ShouldBe(
            ["1 RecordRead run", "1 EndReached run", "2 EndReached run", "3 RecordRead run", "3 EndReached run"]);
    }

    [Fact]
    public void A_key_that_is_a_number_is_found_by_its_decimal()
    {
        string file = Write("f", Enumerable.Range(0, 4).Select(i => (Record("a", 0, i, "") with { Key = [0, 0, 1, (byte)i] }, i * Second)));

        Copy([file], new() { Entities = new HashSet<string> { "258" } });

        RecordingReader.Read([Out]).Single().Record.Offset.ShouldBe(2);
    }

    [Fact]
    public void A_cut_reads_no_more_chunks_than_the_range_has()
    {
        string file = Write("f", Enumerable.Range(0, 200).Select(i => (Record("a", 0, i, "m") with { Value = Noise(i, 60_000) }, i * Second)));
        byte[] bytes = File.ReadAllBytes(file);
        McapChunkIndex[] chunks = [.. McapFile.Open(new MemoryStream(bytes)).Summary.OfType<McapChunkIndex>()];
        chunks.Length.ShouldBe(199);
        bytes.AsSpan((int)chunks[0].ChunkStart, (int)(chunks[^2].ChunkStart - chunks[0].ChunkStart)).Clear(); // all but the last two
        File.WriteAllBytes(file, bytes);

        Copy([file], new() { FromNs = 198 * Second }).Messages.ShouldBe(2);
        Should.Throw<RecordingException>(() => Copy([file], new() { FromNs = 100 * Second })).Message.ShouldContain("recording recover");
    }

    [Fact]
    public void Channels_that_conflict_stay_apart_and_metadata_and_attachments_are_kept_once()
    {
        string one = WriteForeign("one", "{}", "left"), two = WriteForeign("two", "{\"type\": \"object\"}", "left");
        string three = WriteForeign("three", "{}", "right");

        Copy([one, two, three], new()).Channels.ShouldBe(3);

        using FileStream stream = File.OpenRead(Out);
        McapFile file = McapFile.Open(stream);
        file.Header.Profile.ShouldBe("ros2");
        file.Schemas.Values.Select(s => Encoding.UTF8.GetString(s.Data.Span)).ShouldBe(["{}", "{\"type\": \"object\"}"]);
        file.Channels.Values.Select(c => $"{c.Id} {c.SchemaId} {c.Topic} {c.Metadata["side"]}").ShouldBe(["1 1 t left", "2 2 t left", "3 1 t right"]);
        file.ReadMessages().Select(m => $"{m.LogTime} {m.ChannelId}").ShouldBe(["1 1", "1 2", "1 3", "2 1", "2 2", "2 3"]);
        file.Summary.OfType<McapMetadataIndex>().Select(file.ReadMetadata).Select(m => m.Texts["side"]).ShouldBe(["left", "right"]);
        file.Summary.OfType<McapAttachmentIndex>().Select(file.ReadAttachment).Select(a => a.Name).ShouldBe(["photo"]);
    }

    [Fact]
    public void A_file_without_places_of_chunks_is_refused_with_the_verb_that_mends_it()
    {
        string path = Path.Combine(Folder, "plain.mcap");
        using (FileStream stream = File.Create(path))
        using (var writer = new McapWriter(stream, new McapWriterOptions { ChunkBytes = 0 }))
        {
            writer.Add(new McapChannel(1, 0, "t", "json", new Dictionary<string, string>()));
            writer.Add(new McapMessage(1, 0, 9, 9, new byte[1]));
            writer.Add(new McapMessage(1, 0, 3, 3, new byte[1]));
        }

        Should.Throw<RecordingException>(() => Copy([path], new())).Message.ShouldBe(
            $"{path}: has no places of chunks, so it cannot be read in the order of time; recording recover writes it with them");

        string recovered = Path.Combine(Folder, "recovered.mcap");
        RecoveredRecording found = NewFile.Write(recovered, false, whole => RecordingRecovery.Recover(path, whole));
        (found.Report.Messages, found.FirstNs, found.LastNs).ShouldBe((2, 3, 9));
        found.Channels.ShouldBe([new RecoveredChannel("t", 2, 0)]);
        Copy([recovered], new()).FirstNs.ShouldBe(3);
    }

    private RecordingCopyReport Copy(string[] files, RecordingSelection selection, bool dropsDoubled = false)
        => NewFile.Write(Out, true, new RecordingCopy(files, selection, dropsDoubled).WriteTo);

    private static string Text(RecordedRecord r)
        => $"{r.ReceivedNs} {r.Record} {r.Record.TimestampMs} {Encoding.UTF8.GetString(r.Record.Key!)} {Encoding.UTF8.GetString(r.Record.Value!)}";

    private string WriteForeign(string name, string schema, string side)
    {
        string path = Path.Combine(Folder, $"{name}.mcap");
        using FileStream stream = File.Create(path);
        using var writer = new McapWriter(stream, new McapWriterOptions { Profile = "ros2" });
        var texts = new Dictionary<string, string> { ["side"] = side };
        writer.Add(new McapMetadata("camera", texts));
        writer.Add(new McapAttachment(1, 1, "photo", "image/png", new byte[] { 1 }));
        writer.Add(new McapSchema(7, "s", "jsonschema", Encoding.UTF8.GetBytes(schema)));
        writer.Add(new McapChannel(9, 7, "t", "json", texts));
        writer.Add(new McapMessage(9, 0, 1, 1, "{}"u8.ToArray()));
        writer.Add(new McapMessage(9, 0, 2, 2, "{}"u8.ToArray()));
        return path;
    }
}
