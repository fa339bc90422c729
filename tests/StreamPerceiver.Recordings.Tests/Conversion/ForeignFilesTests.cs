using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings.Conversion;

namespace StreamPerceiver.Recordings.Tests.Conversion;

/// <summary>Files as people have them before they have Kafka become records, and what is wrong with them is named.</summary>
public sealed class ForeignFilesTests : IDisposable
{
    private const string Noon = "2026-01-31T12:00:00";

    private readonly string _folder = Directory.CreateTempSubdirectory("foreign-").FullName;
    private readonly List<string> _notes = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_of_media_with_a_table_of_times_becomes_records_in_the_order_of_their_times()
    {
        SourceRecord[] records = Media(
            "path,time,entity,topic\nb.JPG,2026-01-31T12:00:01.5Z,press-7,cameras\n\"a, 1.wav\",2026-01-31T12:00:00.000000001Z,press-7,microphones\n",
            new ConvertOptions { Partitions = 4 });

        records.Select(r => $"{r} {r.TimestampMs - Ms(Noon)} {r.Header("content-type")} {r.Header("ce_time")} {Text(r.Key)} {Text(r.Value)}").ShouldBe(
        [
            "microphones/3/0 0 audio/wav 2026-01-31T12:00:00.000000001Z press-7 a, 1.wav",
            "cameras/3/0 1500 image/jpeg 2026-01-31T12:00:01.500Z press-7 b.JPG",
        ]);
        _notes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("time_s", "1769860800.25", 250_000_000, null)]
    [InlineData("time_ms", "1769860800000.5", 500_000, null)]
    [InlineData("time_us", "1769860800000001", 1_000, null)]
    [InlineData("time_ns", "1769860800000000007", 7, null)]
    [InlineData("time", "1769860800.25", 250_000_000, "seconds")]
    [InlineData("time", "1769860800001", 1_000_000, "milliseconds")]
    [InlineData("time", "1769860800000001", 1_000, "microseconds")]
    [InlineData("time", "1769860800000000007", 7, "nanoseconds")]
    public void A_time_has_the_unit_that_its_column_states_or_its_size_tells_and_a_guess_is_said(string column, string cell, long ns, string? said)
    {
        SourceRecord record = Media($"path,{column},entity,topic\nx.jpg,{cell},m,t\n").Single();

        EventTime.TryParse(record.Header("ce_time")!, out EventTime time).ShouldBeTrue();
        time.Nanoseconds.ShouldBe(Ms(Noon) * EventTime.PerMillisecond + ns);
        if (said is null) _notes.ShouldBeEmpty();
        else _notes.Single().ShouldContain($"time is read as {said} since 1970, by the size of {cell}");
    }

    [Fact]
    public void A_map_names_the_columns_of_a_table_that_was_made_elsewhere()
    {
        string map = Write("map.json", """{ "columns": { "path": "file", "time_s": "stamp" }, "topic": "cameras", "entity": "press-7" } // by hand""");

        SourceRecord record = Media("file,stamp,note\nx.bin,1769860800,first\n", new ConvertOptions { Map = ConvertMap.Read(map) }, "x.jpg").Single();

        (record.Topic, Text(record.Key), record.TimestampMs).ShouldBe(("cameras", "press-7", Ms(Noon)));
        _notes.Single().ShouldContain("column 'note' is not used");
        Should.Throw<RecordingException>(() => ConvertMap.Read(Write("bad.json", """{ "column": {} }"""))).Message.ShouldContain("'column'");
    }

    [Theory]
    [InlineData("path,time\nx.jpg,1\n", "line 1: has no column topic, nor does a map state it; its columns are path, time")]
    [InlineData("path,topic,entity\nx.jpg,t,m\n", "line 1: has no column time or timestamp_ms; its columns are path, topic, entity")]
    [InlineData("path,topic,path\n", "line 1: has the column 'path' 2 times, expected once")]
    [InlineData("path,time,entity,topic\nx.jpg,1,m,t\nx.jpg,noon,m,t\n", "line 3: time is 'noon', expected seconds since 1970")]
    [InlineData("path,time,entity,topic\nx.jpg,31.01.2026,m,t\n", "line 2: time is '31.01.2026', expected an RFC 3339 time such as 2026-01-31T12")]
    [InlineData("path,time,entity,topic\nx.jpg,1,,t\n", "line 2: entity is '', expected an entity, or in key the key as JSON, such as null")]
    [InlineData("path,time,entity,topic\nx.jpg,1,m\n", "line 2: has 3 cells, expected 4 as in the first row")]
    [InlineData("path,time,entity,topic\n\"x.jpg,1,m,t\n", "line 2: ends within a quoted cell, expected a closing quote")]
    [InlineData("path,time,entity,topic\nx.psd,1,m,t\n", "line 2: path is 'x.psd', expected one of the extensions .jpg, ")]
    [InlineData("path,time,entity,topic\ny.jpg,1,m,t\n", "line 2: path is 'y.jpg', which is not there")]
    [InlineData("path,time,entity,topic\n../x.jpg,1,m,t\n", "line 2: path is '../x.jpg', expected a file inside the folder")]
    [InlineData("path,time,entity,topic,offset\nx.jpg,1,m,t,-1\n", "line 2: offset is '-1', expected a whole number from 0")]
    [InlineData("path,time,entity,topic,headers\nx.jpg,1,m,t,[1]\n", "line 2: a header is 1, expected a name and a value")]
    [InlineData("path,time,entity,topic,key\nx.jpg,1,m,t,m\n", "line 2: key is 'm', expected JSON")]
    public void What_is_wrong_with_a_table_is_named_by_its_line(string table, string error)
        => Should.Throw<RecordingException>(() => Media(table)).Message.ShouldContain($"times.csv: {error}");

    [Fact]
    public void Plain_JSON_lines_become_records()
    {
        SourceRecord[] records = Lines(
            """{"topic": "t", "key": "m", "time": "2026-01-31T12:00:00.0000005Z", "value": {"x": 1.50}}""" + "\r\n\n"
            + """{"topic": "t", "timestamp_ms": 5, "text": "é", "headers": {"content-type": "text/plain", "n": null}}""");

        records.Select(r => $"{r} {r.TimestampMs} {Text(r.Key)} {Text(r.Value)} {HeadersOf(r)}").ShouldBe(
        [
            $"t/0/0 {Ms(Noon)} m {{\"x\": 1.50}} content-type=application/json;ce_time=2026-01-31T12:00:00.000000500Z",
            "t/0/1 5  é content-type=text/plain;n=",
        ]);
    }

    [Theory]
    [InlineData("{\"topic\":\"t\",\"timestamp_ms\":1}\n{", "line 2: ")]
    [InlineData("[1]", "line 1: is [1], expected an object")]
    [InlineData("{\"timestamp_ms\":1}", "line 1: topic is missing, expected the topic")]
    [InlineData("{\"topic\":\"t\"}", "line 1: timestamp_ms is missing, expected a number, or time")]
    [InlineData("{\"topic\":\"t\",\"timestamp_ms\":1.5}", "line 1: timestamp_ms is 1.5, expected a whole number")]
    [InlineData("{\"topic\":\"t\",\"timestamp_ms\":1,\"key\":7}", "line 1: key is 7, expected a text, {\"base64\": \"...\"} or null")]
    [InlineData("{\"topic\":\"t\",\"timestamp_ms\":1,\"base64\":\"?\"}", "line 1: base64 is \"?\", expected base64")]
    [InlineData("{\"topic\":\"t\",\"timestamp_ms\":1,\"valu\":1}", "line 1: valu is not a known member, expected one of topic, ")]
    public void What_is_wrong_with_a_line_is_named_by_its_number(string lines, string error)
        => Should.Throw<RecordingException>(() => Lines(lines)).Message.ShouldContain($"in.jsonl: {error}");

    [Fact]
    public void A_file_or_folder_of_no_form_is_refused_by_what_it_is()
    {
        Write("x.npy", "");
        Write("both/times.csv", "");
        Write("both/a.mcap", "");
        Directory.CreateDirectory(Place("empty"));

        Message(() => RecordConverter.KindOf(Place("x.npy")))
            .ShouldContain("'.npy' is no form of records, expected .mcap, .jsonl, .ndjson, .npz, .parquet, or a folder");
        Message(() => RecordConverter.KindOf(Place("both"))).ShouldContain("has both times.csv and .mcap files, expected one of them: state the kind");
        Message(() => RecordConverter.KindOf(Place("empty"))).ShouldContain("has neither times.csv nor .mcap files");
        Message(() => RecordConverter.KindOf(Place("nowhere"))).ShouldContain("is not there");
        Message(() => RecordConverter.TargetKindOf("folder", RecordKind.Jsonl)).ShouldContain("expected its kind to be stated");
        RecordConverter.TargetKindOf("folder", RecordKind.Recording).ShouldBe(RecordKind.Media);
        Message(() => RecordConverter.Convert(Place("both"), RecordKind.Media, Place("empty"), RecordKind.Recording)).ShouldContain("is there already");
        Write("bad.parquet", "PAR1 and no more");
        Message(() => RecordConverter.Convert(Place("bad.parquet"), RecordKind.Parquet, Place("out"), RecordKind.Recording))
            .ShouldContain("expected a Parquet file");
        Directory.GetFileSystemEntries(_folder, "*.partial").ShouldBeEmpty();
    }

    private static string Message(Action action) => Should.Throw<RecordingException>(action).Message;

    private SourceRecord[] Media(string table, ConvertOptions? options = null, string file = "x.jpg")
    {
        foreach (string name in new[] { file, "x.bin", "x.psd", "b.JPG", "a, 1.wav" }) Write($"media/{name}", name);
        Write("media/times.csv", table);
        return Convert(Place("media"), RecordKind.Media, options);
    }

    private SourceRecord[] Lines(string text) => Convert(Write("in.jsonl", text), RecordKind.Jsonl, null);

    private SourceRecord[] Convert(string from, RecordKind kind, ConvertOptions? options)
    {
        RecordConverter.Convert(from, kind, Place("out"), RecordKind.Recording, (options ?? new ConvertOptions()) with { Note = _notes.Add });
        return [.. RecordingReader.Read(RecordingReader.FilesOf([Place("out")])).Select(r => r.Record)];
    }

    private string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Place(name))!);
        File.WriteAllText(Place(name), text);
        return Place(name);
    }

    private string Place(string name) => Path.Combine(_folder, name);

    private static string HeadersOf(SourceRecord record) => string.Join(';', record.Headers.Select(h => $"{h.Key}={Text(h.Value)}"));

    private static string Text(byte[]? bytes) => bytes is null ? "" : Encoding.UTF8.GetString(bytes);

    private static long Ms(string time)
    {
        EventTime.TryParse($"{time}Z", out EventTime parsed).ShouldBeTrue();
        return parsed.Nanoseconds / EventTime.PerMillisecond;
    }
}
