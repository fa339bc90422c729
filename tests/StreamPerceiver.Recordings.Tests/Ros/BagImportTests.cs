using System.Text;
using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Import;
using ZstdSharp;

namespace StreamPerceiver.Recordings.Tests.Ros;

/// <summary>Bags in all forms in which rosbag2 writes them, and what is refused.</summary>
public sealed class BagImportTests : IDisposable
{
    private const string Strings = """{ "topics": { "/some": { "topic": "texts", "entity": "e" } } }""";

    private static readonly McapSchema StringSchema = Bags.Schema("std_msgs/msg/String", "string data");

    private readonly string _folder = Directory.CreateTempSubdirectory("rosbag-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_of_rosbag2_is_read_in_the_order_of_time_whatever_the_order_of_its_files()
    {
        Write("b_1.mcap", 1000, 1002);
        Write("b_0.mcap", 1001, 1003);
        Write("other.mcap", 5);
        Metadata("b_1.mcap", "b_0.mcap");

        Texts(_folder).ShouldBe(["1000", "1001", "1002", "1003"]);
    }

    [Fact]
    public void Real_files_of_one_bag_are_read_together()
    {
        File.WriteAllText(Map, """{ "topics": { "/chatter": { "topic": "chatter", "entity": "talker" } } }""");
        foreach (int i in new[] { 0, 2 })
        {
            string name = $"reindex_test_bags__multiple_files__multiple_files_{i}.mcap";
            File.Copy(Bags.Golden("rosbag2", name), Path.Combine(_folder, name));
        }

        RecordedRecord[] records = [.. new BagImport(_folder, ImportMap.Read(Map)).Read()];

        records.Length.ShouldBe(1324 + 529);
        records.Select(r => r.ReceivedNs).ShouldBeInOrder();
        records.ShouldAllBe(r => Encoding.UTF8.GetString(r.Record.Value!) == "test");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("no chunks")]
    [InlineData("no summary")]
    [InlineData("zstd files")]
    [InlineData("zstd messages")]
    public void Every_form_of_a_file_gives_the_same_records(string form)
    {
        long[] times = [.. Enumerable.Range(0, 50).Select(i => 1000L + i)];
        string path = Path.Combine(_folder, "b_0.mcap");
        Bags.Write(
            path, StringSchema, times.Select(t => (t, form == "zstd messages" ? Compress(Bags.StringPayload($"{t}")) : Bags.StringPayload($"{t}"))),
            options: new McapWriterOptions
            {
                ChunkBytes = form == "no chunks" ? 0 : 300,
                Summary = form == "no summary" ? McapSummaryParts.None : McapSummaryParts.All,
            });
        if (form == "zstd files")
        {
            byte[] file = Compress(File.ReadAllBytes(path));
            File.Delete(path);
            File.WriteAllBytes(path += ".zstd", file);
        }

        Texts(path).ShouldBe(times.Select(t => $"{t}"));
        Texts(_folder).ShouldBe(times.Select(t => $"{t}"));
    }

    [Theory]
    [InlineData("storage_identifier: sqlite3", "metadata.yaml: storage_identifier is sqlite3, expected mcap; ros2 bag convert makes MCAP of it")]
    [InlineData("compression_format: lz4", "metadata.yaml: compression_format is lz4, expected zstd or none")]
    [InlineData("  relative_file_paths:\n    - b_0.mcap", "b_0.mcap: is not there, expected a file of the bag")]
    public void A_bag_of_another_format_is_refused(string metadata, string problem)
    {
        File.WriteAllText(Path.Combine(_folder, "metadata.yaml"), $"rosbag2_bagfile_information:\n  version: 5\n  {metadata}\n");
        Should.Throw<RecordingException>(() => Texts(_folder)).Message.ShouldBe($"{_folder}/{problem}");
    }

    [Fact]
    public void A_file_that_is_cut_off_is_refused_with_what_helps()
    {
        Write("b_0.mcap", 1000);
        string path = Path.Combine(_folder, "b_0.mcap");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);
        Should.Throw<RecordingException>(() => Texts(path)).Message.ShouldEndWith("; recording recover writes what is whole to a new file");
    }

    [Theory]
    [InlineData("std_msgs/msg/String", "string data", "ros2idl", "cdr", "the definition of std_msgs/msg/String is in ros2idl, expected ros2msg")]
    [InlineData("std_msgs/msg/String", "string data", "ros2msg", "json", "messages are in json, expected cdr")]
    [InlineData("std_msgs/msg/String", "string text", "ros2msg", "cdr", "std_msgs/String has no field data, expected one of text")]
    [InlineData("std_msgs/msg/String", "Other data", "ros2msg", "cdr", "type std_msgs/Other is not defined, expected its definition in the file")]
    public void A_topic_that_cannot_be_read_is_refused_before_a_record_is_made(string name, string definition, string schema, string encoding, string problem)
    {
        string path = Path.Combine(_folder, "b_0.mcap");
        Bags.Write(path, Bags.Schema(name, definition, schema), [(1, Bags.StringPayload("x"))], encoding: encoding);
        Should.Throw<ImportMapException>(() => Texts(path)).Message.ShouldBe($"{Map}: line 1: $.topics./some: topic /some: {problem}");
    }

    [Fact]
    public void An_entry_without_a_topic_in_the_bag_is_refused()
    {
        Write("b_0.mcap", 1);
        File.WriteAllText(Map, """{ "topics": { "/some": { "topic": "a", "entity": "e" }, "/sum": { "topic": "b", "entity": "e" } } }""");
        Should.Throw<ImportMapException>(() => new BagImport(_folder, ImportMap.Read(Map))).Message.ShouldBe(
            $"{Map}: line 1: $.topics./sum is no topic of the bag, expected one of /some");
    }

    [Fact]
    public void A_message_that_cannot_be_read_is_left_out_and_counted_and_the_others_are_not()
    {
        string path = Path.Combine(_folder, "b_0.mcap");
        Bags.Write(path, StringSchema, [(1, Bags.StringPayload("x")), (2, [0, 3, 0, 0, 1, 0, 0, 0, 0]), (3, []), (4, Bags.StringPayload("y"))]);
        File.WriteAllText(Map, Strings);
        var import = new BagImport(path, ImportMap.Read(Map));

        import.Read().Select(r => (Encoding.UTF8.GetString(r.Record.Value!), r.Record.Offset)).ShouldBe([("x", 0), ("y", 1)]);

        import.Topics.Single().LeftOut.ShouldBe([
            new("the encapsulation is PL_CDR_LE (0003), expected one of CDR_BE (0000), CDR_LE (0001), CDR2_BE (0006, 0010) and CDR2_LE (0007, 0011)", 1),
            new("the payload has 0 bytes, expected a CDR header of 4", 1),
        ]);
    }

    [Theory]
    [InlineData(0, 0u, "1970-01-01T00:00:09Z", null)]
    [InlineData(1, 999_999_999u, "1970-01-01T00:00:01.999999999Z", null)]
    [InlineData(-1, 0u, null, "the stamp is before 1970 or has a billion nanoseconds or more, expected a time since 1970")]
    [InlineData(1, 1_000_000_000u, null, "the stamp is before 1970 or has a billion nanoseconds or more, expected a time since 1970")]
    public void The_event_time_is_the_stamp_and_that_of_the_log_where_it_is_0(int seconds, uint nanoseconds, string? time, string? problem)
    {
        string path = Path.Combine(_folder, "b_0.mcap");
        byte[] payload = [0, 1, 0, 0, .. BitConverter.GetBytes(seconds), .. BitConverter.GetBytes(nanoseconds), .. BitConverter.GetBytes(7)];
        Bags.Write(path, Bags.Schema("test_msgs/msg/Some", "builtin_interfaces/Time stamp\nint32 x"), [(9_000_000_000, payload)]);
        File.WriteAllText(Map, """{ "topics": { "/some": { "topic": "a", "entityField": "x" } } }""");
        var import = new BagImport(path, ImportMap.Read(Map));

        RecordedRecord? record = import.Read().SingleOrDefault();

        (record?.Record.Header("ce_time"), import.Topics[0].LeftOut.Keys.SingleOrDefault()).ShouldBe((time, problem));
        if (record is not null) Encoding.UTF8.GetString(record.Record.Key!).ShouldBe("7");
    }

    private string Map => Path.Combine(_folder, "map.json");

    private string[] Texts(string bag)
    {
        File.WriteAllText(Map, Strings);
        return [.. new BagImport(bag, ImportMap.Read(Map)).Read().Select(r => Encoding.UTF8.GetString(r.Record.Value!))];
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(bytes).ToArray();
    }

    private void Write(string name, params long[] times)
        => Bags.Write(Path.Combine(_folder, name), StringSchema, times.Select(t => (t, Bags.StringPayload($"{t}"))));

    // As rosbag2 writes it, as far as it matters.
    private void Metadata(params string[] files) => File.WriteAllText(Path.Combine(_folder, "metadata.yaml"), $"""
        rosbag2_bagfile_information:
          version: 5
          storage_identifier: mcap
          relative_file_paths:
        {string.Join('\n', files.Select(f => $"    - {f}"))}
          duration:
            nanoseconds: 3
          compression_format: ""
          compression_mode: ""
        """);
}
