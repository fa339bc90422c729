using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using StreamPerceiver.Flow;
using StreamPerceiver.Mcap;

namespace StreamPerceiver.Recordings.Tests;

public sealed class RecordingTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private static readonly byte[] Jpeg = [0xff, 0xd8, 0xff, 0xd9];

    private readonly string _folder = Directory.CreateTempSubdirectory("recording-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_record_comes_back_whole_and_in_the_order_of_its_receipt()
    {
        SourceRecord[] records =
        [
            Record("a", 0, 5, "{\"x\": [1, 2.50, \"\\u00e9\"]}", "application/json"),
            Record("a", 0, 6, " {\"space\": 1}\n", "application/json"),
            Record("a", 0, 7, "no json \u0001", "application/json"),
            Record("a", 0, 8, "null", "application/json"),
            Record("a", 0, 9, "12.50", "application/json; charset=utf-8"),
            Record("a", 1, 5, "", "application/json") with { Key = null },
            Record("a", 1, 6, "x", "application/json") with { Value = null, Key = [], TimestampMs = -1, TimestampKind = TimestampKind.NoTimestampType },
            Record("b", 3, 1L << 40, "x", "image/jpeg") with { Value = Jpeg, TimestampMs = -5 },
            Record("c", 0, 0, "x", "audio/L16") with
            {
                Headers = [new("twice", [1]), new("empty", []), new("none", null), new("twice", [2]), new("", [3])],
                TimestampKind = TimestampKind.LogAppendTime,
            },
            Record("c", 0, 1, "x", null),
        ];

        Write(new RecordingOptions(), records);

        ShouldBeSame(Read(), records);
        Read().Select(r => r.ReceivedNs).ShouldBe(Enumerable.Range(1, records.Length).Select(i => i * Second));
    }

    [Fact]
    public void Any_bytes_come_back_in_either_encoding()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll<byte[], byte[], string>((key, value, header) =>
        {
            foreach (string type in new[] { "application/json", "image/png", "application/octet-stream" })
            {
                SourceRecord record = Record("t", 7, 1, "", type) with { Key = key, Value = value };
                record = record with { Headers = [.. record.Headers, new(header ?? "", value)] };
                RecordedChannel channel = RecordedChannel.OfRecord(record, 1);
                ShouldBeSame([channel.Decode(channel.Encode(record, 5), "file")], [record]);
            }
        }));
    }

    [Fact]
    public void A_viewer_finds_the_picture_where_Foxgloves_schema_has_it()
    {
        Write(new RecordingOptions(), Record("cameras", 0, 1, "x", "image/jpeg") with { Value = Jpeg, TimestampMs = 1_500 });

        using FileStream stream = File.OpenRead(Path.Combine(_folder, "r-0000.mcap"));
        McapFile file = McapFile.Open(stream);
        McapChannel channel = file.Channels.Values.Single();
        (channel.Topic, channel.MessageEncoding, file.Schemas[channel.SchemaId].Name).ShouldBe(("cameras/0", "protobuf", "foxglove.CompressedImage"));
        MessageDescriptor type = FileDescriptor.BuildFromByteStrings(
            FileDescriptorSet.Parser.ParseFrom(file.Schemas[channel.SchemaId].Data.Span).File.Select(f => f.ToByteString()))[^1].MessageTypes.Single();
        type.Fields.InFieldNumberOrder().TakeWhile(f => f.FieldNumber < 1000).Select(f => $"{f.FieldNumber} {f.Name} {f.FieldType}").ShouldBe(
            ["1 timestamp Message", "2 data Bytes", "3 format String", "4 frame_id String"]);
        McapMessage message = file.ReadMessages().Single();
        message.Data.Span.IndexOf(Jpeg).ShouldBeGreaterThan(0);
        (message.LogTime, message.PublishTime, message.Sequence).ShouldBe(((ulong)Second, 1_500_000_000UL, 1U));
    }

    [Fact]
    public void A_new_file_begins_by_size_and_by_time_and_each_can_be_read_alone()
    {
        SourceRecord[] records = [.. Enumerable.Range(0, 40).Select(i => Record("a", i % 2, i, $"[{i}]", "application/json"))];

        Write(new RecordingOptions { FileNs = 10 * Second }, records);
        Directory.GetFiles(_folder).Length.ShouldBe(4);
        ShouldBeSame(RecordingReader.Read([Path.Combine(_folder, "r-0002.mcap")]), records[20..30]);
        ShouldBeSame(Read(), records);

        using (var small = new RecordingWriter(_folder, "small", new RecordingOptions { FileBytes = 4_000 }))
            for (int i = 0; i < records.Length; i++) small.Add(records[i], i * Second);
        Directory.GetFiles(_folder, "small-*").Length.ShouldBeGreaterThan(2);
        Directory.GetFiles(_folder, "small-*").ShouldAllBe(f => new FileInfo(f).Length < 8_000);
    }

    [Fact]
    public void A_range_of_times_and_topics_is_read_alone()
    {
        Write(new RecordingOptions(), [.. Enumerable.Range(0, 40).Select(i => Record(i % 2 == 0 ? "a" : "b", 0, i, $"[{i}]", "application/json"))]);

        RecordingReader.Read([Path.Combine(_folder, "r-0000.mcap")], 11 * Second, 15 * Second, new HashSet<string> { "b" })
            .Select(r => r.Record.Offset).ShouldBe([11, 13]);
    }

    [Fact]
    public void Recordings_that_overlap_are_read_in_the_order_of_receipt()
    {
        SourceRecord[] records = [.. Enumerable.Range(0, 30).Select(i => Record("a", 0, i, $"[{i}]", "application/json"))];
        foreach (bool isEven in new[] { true, false })
        {
            using var writer = new RecordingWriter(_folder, $"even-{isEven}", new RecordingOptions { FileNs = 6 * Second });
            for (int i = 0; i < records.Length; i++)
                if (isEven == (i % 2 == 0 && i < 20))
                    writer.Add(records[i], i * Second);
        }

        ShouldBeSame(Read(), records);
    }

    [Fact]
    public void A_recording_is_not_written_over()
    {
        Write(new RecordingOptions(), Record("a", 0, 0, "1", null));

        Should.Throw<RecordingException>(() => new RecordingWriter(_folder, "r")).Message
            .ShouldBe($"{_folder}/r-0000.mcap: is there already, expected a new name or another folder");
    }

    [Fact]
    public void What_was_written_before_a_kill_is_recovered()
    {
        SourceRecord[] records = [.. Enumerable.Range(0, 12).Select(i => Record("a", 0, i, $"[{i}]", "application/json"))];
        string copy = Path.Combine(_folder, "copy.mcap"), whole = Path.Combine(_folder, "whole.mcap");
        using (var writer = new RecordingWriter(_folder, "r"))
        {
            for (int i = 0; i < records.Length; i++) writer.Add(records[i], i * 400_000_000L);
            File.Copy(writer.FilePath, copy); // all that a kill would leave
        }

        Should.Throw<RecordingException>(() => RecordingReader.Read([copy]).ToArray()).Message.ShouldStartWith($"{copy}: ");
        using (FileStream damaged = File.OpenRead(copy), output = File.Create(whole)) McapRecovery.Recover(damaged, output);
        ShouldBeSame(RecordingReader.Read([whole]), records[..10]); // the last chunk was not written yet
    }

    [Fact]
    public void A_file_of_other_messages_is_refused_by_its_channel()
    {
        string path = Path.Combine(_folder, "ros.mcap");
        using (FileStream stream = File.Create(path))
        using (var writer = new McapWriter(stream))
        {
            writer.Add(new McapSchema(1, "sensor_msgs/msg/Imu", "ros2msg", Encoding.UTF8.GetBytes("float64 x")));
            writer.Add(new McapChannel(1, 1, "/imu", "cdr", new Dictionary<string, string>()));
            writer.Add(new McapMessage(1, 1, 1, 1, new byte[] { 1 }));
        }

        Should.Throw<RecordingException>(() => RecordingReader.Read([path]).ToArray()).Message
            .ShouldStartWith($"{path}: channel /imu has messages of 'sensor_msgs/msg/Imu', expected Kafka records");
    }

    private void Write(RecordingOptions options, params SourceRecord[] records)
    {
        using var writer = new RecordingWriter(_folder, "r", options);
        for (int i = 0; i < records.Length; i++) writer.Add(records[i], (i + 1) * Second);
        (writer.Count, writer.Files).ShouldBe((records.Length, Directory.GetFiles(_folder, "r-*").Length));
    }

    private RecordedRecord[] Read() => [.. RecordingReader.Read(RecordingReader.FilesOf([_folder]))];

    private static void ShouldBeSame(IEnumerable<RecordedRecord> found, IReadOnlyList<SourceRecord> expected)
        => found.Select(r => Text(r.Record)).ShouldBe(expected.Select(Text));

    private static string Text(SourceRecord r) =>
        $"{r} {r.TimestampMs} {r.TimestampKind} {Text(r.Key)} {Text(r.Value)} {string.Join(' ', r.Headers.Select(h => $"{h.Key}={Text(h.Value)}"))}";

    private static string Text(byte[]? bytes) => bytes is null ? "null" : $"[{Convert.ToHexString(bytes)}]";

    private static SourceRecord Record(string topic, int partition, long offset, string value, string? type) => new(
        topic, partition, offset, 1_700_000_000_000, "machine-1"u8.ToArray(), Encoding.UTF8.GetBytes(value),
        type is null ? [] : [new(SourceRecord.ContentTypeHeader, Encoding.UTF8.GetBytes(type))]);
}
