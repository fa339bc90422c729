using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings.Conversion;

namespace StreamPerceiver.Recordings.Tests.Conversion;

/// <summary>Parquet files beside DuckDB, which reads what is written here and writes what is read here.</summary>
public sealed class ParquetPeerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parquet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void DuckDB_reads_every_column_of_every_record()
    {
        Write(new RecordedRecord(Record([0xff, 0], [1, 2, 0]), 7), new RecordedRecord(Record(null, null) with { TimestampMs = -1 }, 8));

        const string columns = "topic, partition, \"offset\", timestamp_ms, timestamp_kind, received_ns, hex(key), headers, hex(value)";
        DuckDb.Query($"SELECT {columns} FROM '{Place("x.parquet")}'").ShouldBe(
        [
            "a|3|5|1700000000000|LogAppendTime|7|FF00|[[\"n\",\"v\"],[\"n\",null]]|010200",
            "a|3|5|-1|LogAppendTime|8||[[\"n\",\"v\"],[\"n\",null]]|",
        ]);
    }

    [Theory]
    [InlineData("snappy")]
    [InlineData("zstd")]
    [InlineData("uncompressed")]
    public void What_DuckDB_writes_is_read(string compression)
    {
        Write(new RecordedRecord(Record([0xff, 0], [1, 2, 0]), 7), new RecordedRecord(Record(null, null), 8));
        string other = Place("other.parquet");
        DuckDb.Query($"COPY (SELECT * FROM '{Place("x.parquet")}' ORDER BY received_ns DESC) TO '{other}' (FORMAT parquet, COMPRESSION {compression})");

        RecordConverter.Convert(other, RecordKind.Parquet, Place("y.jsonl"), RecordKind.Jsonl).ShouldBe(2);

        File.ReadAllLines(Place("y.jsonl")).Select(line => line[line.IndexOf("\"received_ns", StringComparison.Ordinal)..]).ShouldBe(
        [
            "\"received_ns\":8,\"key\":null,\"headers\":[[\"n\",\"v\"],[\"n\",null]]}",
            "\"received_ns\":7,\"key\":{\"base64\":\"/wA=\"},\"headers\":[[\"n\",\"v\"],[\"n\",null]],\"text\":\"\\u0001\\u0002\\u0000\"}",
        ]);
    }

    [Theory]
    [InlineData("SELECT 'a' AS topic", "has the columns topic string, expected topic string, partition int32, offset int64, ")]
    [InlineData("SELECT * REPLACE (partition + 0.5 AS partition) FROM X", "partition decimal, offset int64, ")]
    [InlineData("SELECT * REPLACE (NULL::VARCHAR AS topic) FROM X", "row 0: topic is null, expected a value")]
    [InlineData("SELECT * REPLACE (NULL::BIGINT AS \"offset\") FROM X", "row 0: offset is null, expected a value")]
    [InlineData("SELECT * REPLACE ('?' AS timestamp_kind) FROM X", "row 0: timestamp_kind is '?', expected one of NoTimestampType, CreateTime, LogAppendTime")]
    [InlineData("SELECT * REPLACE ('[1]' AS headers) FROM X", "row 0: a header is 1, expected a name and a value")]
    public void Other_columns_and_values_are_refused_by_name_and_row(string query, string error)
    {
        Write(new RecordedRecord(Record(null, null), 7));
        DuckDb.Query($"COPY ({query.Replace("X", $"'{Place("x.parquet")}'", StringComparison.Ordinal)}) TO '{Place("y.parquet")}' (FORMAT parquet)");

        Should.Throw<RecordingException>(() => RecordConverter.Convert(Place("y.parquet"), RecordKind.Parquet, Place("z.jsonl"), RecordKind.Jsonl))
            .Message.ShouldContain(error);
    }

    private void Write(params RecordedRecord[] records)
    {
        using (var writer = new RecordingWriter(Place("r"), "r"))
            foreach (RecordedRecord record in records) writer.Add(record.Record, record.ReceivedNs);
        RecordConverter.Convert(Place("r"), RecordKind.Recording, Place("x.parquet"), RecordKind.Parquet);
    }

    private string Place(string name) => Path.Combine(_folder, name);

    private static SourceRecord Record(byte[]? key, byte[]? value)
        => new("a", 3, 5, 1_700_000_000_000, key, value, [new("n", Encoding.UTF8.GetBytes("v")), new("n", null)], TimestampKind.LogAppendTime);
}
