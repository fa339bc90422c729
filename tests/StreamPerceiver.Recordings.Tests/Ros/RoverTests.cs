using System.Text;
using System.Text.Json.Nodes;
using OpenCvSharp;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Recordings.Import;

namespace StreamPerceiver.Recordings.Tests.Ros;

/// <summary>A bag of a rover, written by the independent implementations (<c>Peer/rosbag.mjs</c>), is imported to the values that were written.</summary>
public sealed class RoverTests
{
    private static (IReadOnlyList<RecordedRecord> Records, IReadOnlyList<TopicReport> Topics) Import()
    {
        var import = new BagImport(Bags.Golden("rosbag", "rover.mcap"), ImportMap.Read(Bags.Golden("rosbag", "rover.json")));
        return ([.. import.Read()], import.Topics);
    }

    [Theory]
    [InlineData("/imu/data", "rover.imu")]
    [InlineData("/gps/fix", "rover.gps")]
    [InlineData("/sonar", "rover.sonar")]
    [InlineData("/rover_1/temperature", "rover_1.temperature")]
    [InlineData("/rover_2/temperature", "rover_2.temperature")]
    [InlineData("/odom", "rover.odom")]
    public void Readings_have_the_numbers_that_were_written(string topic, string to) => Compare(topic, to, (record, values) =>
    {
        record.Header(SourceRecord.ContentTypeHeader).ShouldBe("application/json");
        JsonObject found = JsonNode.Parse(record.Value)!.AsObject();
        if (values["entity"] is { } entity) Encoding.UTF8.GetString(record.Key!).ShouldBe(entity.GetValue<string>());
        Dictionary<string, double> expected = values.Where(v => v.Key is not ("entity" or "isOfLog"))
            .ToDictionary(v => v.Key, v => v.Value!.GetValue<double>());
        found.ToDictionary(f => f.Key, f => f.Value!.GetValue<double>()).ShouldBe(expected, ignoreOrder: true);
    });

    [Fact]
    public void Whole_numbers_of_64_bits_keep_all_their_digits()
        => Compare("/ticks", "rover.ticks", (record, values) => Encoding.UTF8.GetString(record.Value!).ShouldBe($$"""{"data":{{values["whole"]}}}"""));

    [Fact]
    public void Texts_are_those_that_were_written() => Compare("/status", "rover.status", (record, values) =>
        (record.Header(SourceRecord.ContentTypeHeader), Encoding.UTF8.GetString(record.Value!)).ShouldBe(("text/plain", values["text"]!.GetValue<string>())));

    [Theory]
    [InlineData("/camera/compressed", "rover.camera", "image/jpeg")]
    [InlineData("/microphone", "rover.sound", "audio/pcm;rate=1600;channels=1;format=s16le")]
    [InlineData("/audio", "rover.audio", "audio/pcm;rate=1600;channels=1;format=s16le")]
    public void Compressed_pictures_and_sound_are_taken_byte_for_byte(string topic, string to, string contentType) => Compare(topic, to, (record, values) =>
        (record.Header(SourceRecord.ContentTypeHeader), Convert.ToBase64String(record.Value!)).ShouldBe((contentType, values["base64"]!.GetValue<string>())));

    [Fact]
    public void Arrays_have_the_shape_of_their_layout() => Compare("/matrix", "rover.matrix", (record, values) =>
    {
        NpyArray array = Npy.Parse(record.Value!);
        array.Type.ShouldBe(NpyType.F32);
        array.Shape.ShouldBe(values["shape"]!.AsArray().Select(n => n!.GetValue<long>()));
        array.ToDoubles().ShouldBe(Doubles(values["numbers"]!));
    });

    [Fact]
    public void Raw_pictures_keep_every_number() => Compare("/camera/raw", "rover.pictures", (record, values) =>
    {
        OpenCvLibrary.Load();
        record.Header(SourceRecord.ContentTypeHeader).ShouldBe("image/png");
        using Mat picture = Cv2.ImDecode(record.Value!, ImreadModes.Unchanged);
        string encoding = values["encoding"]!.GetValue<string>();
        double[][] rows = [.. values["rows"]!.AsArray().Select(row => Doubles(row!))];
        picture.Type().ShouldBe(encoding is "16UC1" or "mono16" ? MatType.CV_16UC1 : encoding == "mono8" ? MatType.CV_8UC1 : MatType.CV_8UC3);
        int channels = encoding == "rgba8" ? 4 : picture.Channels();
        for (int y = 0; y < rows.Length; y++)
        {
            for (int x = 0; x < rows[y].Length; x++)
            {
                (int column, int channel) = Math.DivRem(x, channels);
                if (channel == 3) continue; // alpha is left out
                double found = picture.Channels() == 3 ? picture.At<Vec3b>(y, column)[encoding == "bgr8" ? channel : 2 - channel]
                    : picture.Depth() == MatType.CV_16U ? picture.At<ushort>(y, column) : picture.At<byte>(y, column);
                found.ShouldBe(rows[y][x], $"{encoding}, row {y}, number {x}");
            }
        }
    });

    [Theory]
    [InlineData("/lidar/points", "rover.lidar", "FIELDS x y z intensity\nSIZE 4 4 4 2\nTYPE F F F U\n")]
    [InlineData("/scan", "rover.scan", "FIELDS x y z intensity\nSIZE 4 4 4 4\nTYPE F F F F\n")]
    public void Points_have_the_numbers_that_were_written(string topic, string to, string fields) => Compare(topic, to, (record, values) =>
    {
        record.Header(SourceRecord.ContentTypeHeader).ShouldBe("application/x-pcd");
        const string EndOfHeader = "DATA binary\n";
        string text = Encoding.Latin1.GetString(record.Value!);
        text.ShouldContain(fields);
        JsonArray points = values["points"]!.AsArray();
        text.ShouldContain($"WIDTH {points.Count}\nHEIGHT 1\n");
        ReadOnlySpan<byte> data = record.Value.AsSpan(text.IndexOf(EndOfHeader, StringComparison.Ordinal) + EndOfHeader.Length);
        int bytes = topic == "/scan" ? 16 : 14;
        data.Length.ShouldBe(bytes * points.Count);
        for (int i = 0; i < points.Count; i++)
        {
            ReadOnlySpan<byte> point = data.Slice(i * bytes, bytes);
            double intensity = bytes == 16 ? BitConverter.ToSingle(point[12..]) : BitConverter.ToUInt16(point[12..]);
            double[] found = [BitConverter.ToSingle(point), BitConverter.ToSingle(point[4..]), BitConverter.ToSingle(point[8..]), intensity];
            found.ShouldBe([.. points[i]!.AsArray().Select(n => n?.GetValue<double>() ?? double.NaN)]);
        }
    });

    [Fact]
    public void Each_topic_is_accounted_for()
    {
        (IReadOnlyList<RecordedRecord> records, IReadOnlyList<TopicReport> topics) = Import();

        topics.Sum(t => t.Imported).ShouldBe(records.Count);
        topics.ShouldAllBe(t => t.To == null || t.Messages == t.Imported + t.LeftOut.Values.Sum());
        topics.Where(t => t.To is null).Select(t => (t.Topic, t.Type, t.Messages)).ShouldBe([("/tf", "tf2_msgs/msg/TFMessage", 8)]);
        topics.Single(t => t.Topic == "/gps/fix").LeftOut.ShouldBe([new("status.status is -1: the receiver had no fix", 1)]);
        topics.Where(t => t.LogTimes > 0).Select(t => (t.Topic, t.LogTimes)).ShouldBe(
            [("/audio", 8), ("/matrix", 8), ("/rover_2/temperature", 8), ("/status", 8), ("/ticks", 8)]);
        topics.Where(t => t.NotFinite > 0).Select(t => (t.Topic, t.NotFinite)).ShouldBe([("/sonar", 1)]);
    }

    [Fact]
    public void Records_are_in_the_order_of_the_log_and_have_consecutive_offsets_and_one_partition_an_entity()
    {
        IReadOnlyList<RecordedRecord> records = Import().Records;

        records.Select(r => r.ReceivedNs).ShouldBeInOrder();
        records.ShouldAllBe(r => r.Record.TimestampMs == r.ReceivedNs / 1_000_000 && r.Record.TimestampKind == TimestampKind.CreateTime);
        foreach (IGrouping<(string, int), RecordedRecord> partition in records.GroupBy(r => (r.Record.Topic, r.Record.Partition)))
            partition.Select(r => r.Record.Offset).ShouldBe(Enumerable.Range(0, partition.Count()).Select(i => (long)i));
        records.GroupBy(r => (r.Record.Topic, Key(r))).ShouldAllBe(entity => entity.Select(r => r.Record.Partition).Distinct().Count() == 1);
        records.Select(r => Key(r)).Distinct().Order(StringComparer.Ordinal).ShouldBe(
            ["base_0", "base_1", "machine rover_1", "machine rover_2", "rover-1", "sonar"]);
        // By murmur2, as Java's producer places them.
        records.Where(r => r.Record.Topic is "rover.odom").Select(r => (Key(r), r.Record.Partition)).Distinct().Count().ShouldBe(2);
    }

    private static string Key(RecordedRecord record) => Encoding.UTF8.GetString(record.Record.Key!);

    private static double[] Doubles(JsonNode array) => [.. array.AsArray().Select(n => n!.GetValue<double>())];

    // Each message of a topic that was written, beside the record that it became: event time first.
    private static void Compare(string topic, string to, Action<SourceRecord, JsonObject> compare)
    {
        JsonObject[] written =
        [
            .. File.ReadLines(Bags.Golden("rosbag", "rover.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject())
                .Where(line => line["topic"]!.GetValue<string>() == topic && line["values"] is not null),
        ];
        SourceRecord[] found = [.. Import().Records.Select(r => r.Record).Where(r => r.Topic == to)];
        found.Length.ShouldBe(written.Length);
        found.Length.ShouldBeGreaterThan(5);
        foreach ((SourceRecord record, JsonObject line) in found.Zip(written))
        {
            EventTime.TryParse(record.Header("ce_time")!, out EventTime time).ShouldBeTrue();
            $"{time.Nanoseconds}".ShouldBe(line["time"]!.GetValue<string>());
            compare(record, line["values"]!.AsObject());
        }
    }
}
