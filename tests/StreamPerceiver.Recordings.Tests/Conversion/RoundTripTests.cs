using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings.Conversion;

namespace StreamPerceiver.Recordings.Tests.Conversion;

/// <summary>Records come back from media folders, JSON lines and Parquet files as they were in the recording: every byte, header and time.</summary>
public sealed class RoundTripTests : IDisposable
{
    private static readonly RecordKind[] Whole = [RecordKind.Media, RecordKind.Jsonl, RecordKind.Parquet];

    private readonly string _folder = Directory.CreateTempSubdirectory("convert-").FullName;

    public static TheoryData<RecordKind> Kinds => [.. Whole];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_record_comes_back_whole(RecordKind kind)
    {
        RecordedRecord[] records = [.. Special().Select((record, i) => new RecordedRecord(record, (i + 1) * EventTime.PerSecond))];

        RoundTrip(kind, records).ShouldBe(records.Select(Text));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_bytes_come_back(RecordKind kind)
    {
        int run = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(30), Prop.ForAll<byte[], byte[], string>((key, value, text) =>
        {
            string name = $"{run++}";
            byte[] utf8 = Encoding.UTF8.GetBytes(text ?? "");
            RecordedRecord[] records =
            [
                new(Record("t", 0, 1, value, "image/png") with { Key = key, Headers = [new(Encoding.UTF8.GetString(utf8), value), new("n", null)] }, 5),
                new(Record("t", 0, 2, utf8, "application/json") with { Key = utf8, Headers = [new("h", utf8)] }, 5),
            ];
            RoundTrip(kind, records, name).ShouldBe(records.Select(Text));
        }));
    }

    [Fact]
    public void One_form_goes_into_another_without_a_recording()
    {
        RecordedRecord[] records = [.. Special().Select((record, i) => new RecordedRecord(record, (i + 1) * EventTime.PerSecond))];
        string lines = Place(".jsonl"), parquet = Place(".parquet"), media = Place("media"), single = Place(".mcap");
        Write(Place("r"), records);

        RecordConverter.Convert(Place("r"), RecordKind.Recording, lines, RecordKind.Jsonl).ShouldBe(records.Length);
        RecordConverter.Convert(lines, RecordKind.Jsonl, parquet, RecordKind.Parquet);
        RecordConverter.Convert(parquet, RecordKind.Parquet, media, RecordKind.Media);
        RecordConverter.Convert(media, RecordKind.Media, single, RecordKind.Recording);

        RecordingReader.Read([single]).Select(Text).ShouldBe(records.Select(Text));
        Directory.GetFileSystemEntries(_folder, "*.partial").ShouldBeEmpty();
    }

    [Fact]
    public void A_Parquet_file_of_several_row_groups_is_read_in_order()
    {
        RecordedRecord[] records =
            [.. Enumerable.Range(0, 20_000).Select(i => new RecordedRecord(Record("t", 0, i, Encoding.UTF8.GetBytes($"[{i}]"), "application/json"), i + 1))];

        RoundTrip(RecordKind.Parquet, records).ShouldBe(records.Select(Text));
    }

    [Fact]
    public void A_value_as_deep_as_JSON_may_be_comes_back()
    {
        byte[] deep = Encoding.UTF8.GetBytes(new string('[', 64) + new string(']', 64));
        RecordedRecord[] records = [new(Record("t", 0, 0, deep, "application/json"), 1)];

        foreach (RecordKind kind in Whole) RoundTrip(kind, records, $"{kind}").ShouldBe(records.Select(Text));
    }

    private IEnumerable<string> RoundTrip(RecordKind kind, RecordedRecord[] records, string name = "x")
    {
        string recording = Place(name), other = Place($"{name}-{kind}"), back = Place($"{name}-back");
        Write(recording, records);
        RecordConverter.Convert(recording, RecordKind.Recording, other, kind).ShouldBe(records.Length);
        RecordConverter.Convert(other, kind, back, RecordKind.Recording).ShouldBe(records.Length);
        return RecordingReader.Read(RecordingReader.FilesOf([back])).Select(Text);
    }

    private string Place(string name) => Path.Combine(_folder, name);

    private static void Write(string folder, IEnumerable<RecordedRecord> records)
    {
        using var writer = new RecordingWriter(folder, "r");
        foreach (RecordedRecord record in records) writer.Add(record.Record, record.ReceivedNs);
    }

    private static SourceRecord[] Special() =>
    [
        Record("a", 0, 5, "{\"x\": [1, 2.50, \"\\u00e9\"]}"u8.ToArray(), "application/json"),
        Record("a", 0, 6, " {\"space\": 1}\n"u8.ToArray(), "application/json"),
        Record("a", 0, 7, "{\n  \"lines\": 2\n}"u8.ToArray(), "application/json"),
        Record("a", 0, 8, "null"u8.ToArray(), "application/json"),
        Record("a", 1, 5, [], "application/json") with { Key = null },
        Record("a", 1, 6, null, "application/json") with { Key = [], TimestampMs = -1, TimestampKind = TimestampKind.NoTimestampType },
        Record("a", 1, 6, "the same place"u8.ToArray(), "text/plain"),
        Record("b", 3, 1L << 40, [0xff, 0xd8, 0xff, 0xd9], "image/jpeg") with { TimestampMs = long.MinValue, Key = [0xff, 0, 1] },
        Record("c", 0, 0, "x"u8.ToArray(), "audio/L16") with
        {
            Headers = [new("twice", [1]), new("empty", []), new("none", null), new("twice", [0xfe]), new("", [3]), new("a,\"b\"\r\n", "c,\"d\"\n"u8.ToArray())],
            TimestampKind = TimestampKind.LogAppendTime,
            Key = "m,\"1\"\nü "u8.ToArray(),
        },
        Record("c", 0, 1, "no type"u8.ToArray(), null),
    ];

    private static string Text(RecordedRecord r) => $"{r.ReceivedNs} {r.Record} {r.Record.TimestampMs} {r.Record.TimestampKind} {Text(r.Record.Key)} "
        + $"{Text(r.Record.Value)} {string.Join(' ', r.Record.Headers.Select(h => $"{h.Key}={Text(h.Value)}"))}";

    private static string Text(byte[]? bytes) => bytes is null ? "null" : $"[{System.Convert.ToHexString(bytes)}]";

    private static SourceRecord Record(string topic, int partition, long offset, byte[]? value, string? type) => new(
        topic, partition, offset, 1_700_000_000_000, "machine-1"u8.ToArray(), value,
        type is null ? [] : [new(SourceRecord.ContentTypeHeader, Encoding.UTF8.GetBytes(type))]);
}
